"""Every endpoint, one file each; a file's `Endpoint` is found by walking this package."""
