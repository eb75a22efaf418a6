"""Start the real server for a test, with the widget's bundle among the static files. Use: start_onderdeel.py <course folder> [port]"""

import sys
import tempfile
from pathlib import Path

from leerlijn import serve, serve_static, widget

with tempfile.TemporaryDirectory() as map_:
    widget.write_static(Path(map_))
    serve_static.ROOTS.append(Path(map_))
    uit = serve.main(port=int(sys.argv[2]) if len(sys.argv) > 2 else 0, open_browser=False, course_dir=Path(sys.argv[1]))
sys.exit(uit)
