"""
Readers of what the studies print, of open figures and of survey files.

They may import `lib.core`.
"""
