"""What is answered over HTTP: pages, JSON, the signer, and the control API. Pure."""
