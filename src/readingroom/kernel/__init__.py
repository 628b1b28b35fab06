"""What one notebook kernel knows: the open lesson, the checks called, and what is kept."""
