"""Programs that run inside the fence, in the project's own interpreter (Python 3.8 or newer), as files of their own.

They write one JSON object a line: what begins, what became of it, what could not be collected. Nothing here may import this
package or anything but the standard library.
"""
