"""TikTok LIVE for Python."""
