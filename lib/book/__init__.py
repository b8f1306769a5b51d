"""
The pipeline: execute the chapters, grade what they find, render and publish the book.

It may import every other room.
"""
