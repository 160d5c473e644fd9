"""How fast callbacks are judged, as ratios that are measured in one run of one process."""
