"""Untrusted bytes into sheets, in a child process with limits."""
