"""Pictures of measures as SVG, the statistics they show, and what can be said of them."""
