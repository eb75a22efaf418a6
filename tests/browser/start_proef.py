"""Start the real server for a test, with the test widget among the static files. Use: start_proef.py <course folder> [port]"""

import os
import sys
from pathlib import Path

from leerlijn import serve, serve_settings, serve_static

serve_settings.IDLE = int(os.environ.get("PROEF_STIL", serve_settings.IDLE))
serve_settings.WIDGETS["proef.Meter"] = "proefdeel.js"
serve_static.ROOTS.append(Path(__file__).parent)
sys.exit(serve.main(port=int(sys.argv[2]) if len(sys.argv) > 2 else 0, open_browser=False, course_dir=Path(sys.argv[1])))
