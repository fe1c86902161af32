"""The control API: every verb over HTTP below `/_sandbox/`, who may call it, its document and its client."""
