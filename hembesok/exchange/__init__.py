"""Tables and packages, in and out: how Hembesök meets files made elsewhere."""
