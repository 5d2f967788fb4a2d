"""Who may be offered the programme, join it, pause and leave; values only."""
