#!/bin/sh
# Installs Reading Room from this folder, without a network.
#   sh install.sh [where]      where: reading-room-course in your home folder by default
set -eu
here=$(cd "$(dirname "$0")" && pwd)
where=${1:-"$HOME/reading-room-course"}
python=${PYTHON:-python3}
command -v "$python" >/dev/null || { echo "Python 3.11 or newer is needed." >&2; exit 1; }
"$python" "$here/verify.py"
mkdir -p "$where"
where=$(cd "$where" && pwd)
"$python" -m venv "$where/software"
"$where/software/bin/python" -m pip install --quiet --disable-pip-version-check --no-index \
  --find-links "$here/software" readingroom
if [ -d "$here/films" ]; then
  rm -rf "$where/films"
  cp -R "$here/films" "$where/films"
fi
cat > "$where/readingroom.sh" <<'END'
#!/bin/sh
# Any command of the course, such as: sh readingroom.sh start 03
here=$(cd "$(dirname "$0")" && pwd)
export READINGROOM_OFFLINE=1
if [ -d "$here/films" ]; then export READINGROOM_MIRROR="$here/films"; fi
exec "$here/software/bin/readingroom" "$@"
END
echo "Installed. Begin with:"
echo "  sh \"$where/readingroom.sh\" start"
