"""What happens in a room as the bytes that TikTok sends for it. Pure."""
