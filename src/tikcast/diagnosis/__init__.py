"""What works between this machine and TikTok, check by check, and reports of it that can be given to others."""
