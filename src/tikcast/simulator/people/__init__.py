"""Who exists on the simulated TikTok, and what they say. Pure."""
