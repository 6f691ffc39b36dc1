#!/bin/sh
# Follows the Dockerfile, step by step, where there is no container engine: in a clean Debian made by debootstrap (as
# root), or, without that, in a bare virtual environment. Then runs what came of it, as the image would be run.
#     deploy/clean_root.sh                 a folder of its own, taken away at the end
#     deploy/clean_root.sh --keep FOLDER   that folder, left as it is
#     deploy/clean_root.sh --bare          the bare virtual environment, also as root
set -eu
cd "$(dirname "$0")/.."
exec python3 -m deploy.clean_root "$@"
