"""The video server and the test pictures that it plays."""
