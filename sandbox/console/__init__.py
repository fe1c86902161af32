"""The web pages below `/_sandbox/`: files and a frame. What they show they ask of the control API, as anybody may."""
