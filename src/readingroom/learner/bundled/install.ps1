# Installs Reading Room from this folder, without a network.
#   powershell -ExecutionPolicy Bypass -File install.ps1 [where]
param([string]$Where = (Join-Path $HOME "reading-room-course"))
$ErrorActionPreference = "Stop"
$here = Split-Path -Parent $MyInvocation.MyCommand.Path
$python = if ($env:PYTHON) { $env:PYTHON } else { "python" }
if (-not (Get-Command $python -ErrorAction SilentlyContinue)) {
  [Console]::Error.WriteLine("Python 3.11 or newer is needed; where it has another name, set `$env:PYTHON to it.")
  exit 1
}
function Run { & $args[0] @($args | Select-Object -Skip 1); if ($LASTEXITCODE) { exit $LASTEXITCODE } }
Run $python (Join-Path $here "verify.py")
New-Item -ItemType Directory -Force $Where | Out-Null
$software = Join-Path $Where "software"
Run $python -m venv $software
Run (Join-Path $software "Scripts\python.exe") -m pip install --quiet --disable-pip-version-check --no-index --find-links (Join-Path $here "software") readingroom
$films = Join-Path $Where "films"
if (Test-Path (Join-Path $here "films")) {
  if (Test-Path $films) { Remove-Item -Recurse -Force $films }
  Copy-Item -Recurse (Join-Path $here "films") $films
}
@'
# Any command of the course, such as: powershell -File readingroom.ps1 start 03
$here = Split-Path -Parent $MyInvocation.MyCommand.Path
$env:READINGROOM_OFFLINE = "1"
if (Test-Path (Join-Path $here "films")) { $env:READINGROOM_MIRROR = Join-Path $here "films" }
& (Join-Path $here "software\Scripts\readingroom.exe") @args
exit $LASTEXITCODE
'@ | Set-Content -Encoding UTF8 (Join-Path $Where "readingroom.ps1")
Write-Output "Installed. Begin with:"
Write-Output "  powershell -ExecutionPolicy Bypass -File `"$(Join-Path $Where 'readingroom.ps1')`" start"
