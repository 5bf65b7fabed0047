"""Programs that run inside the fence, in the project's own interpreter (Python 3.8 or newer), as files of their own.

They write one JSON object per line: which test begins, its verdict, which file could not be collected. Nothing here may import this
package or anything but the standard library.
"""
