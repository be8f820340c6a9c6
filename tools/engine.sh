#!/bin/sh
# Runs a command beside a Docker Engine of its own, which ends with it and leaves nothing behind.
# Usage, as root: sh tools/engine.sh COMMAND…   Exit status 75: no engine can run here.
set -eu

# In memory where there is room: each container is a copy of its image.
place=/tmp
[ "$(df -Pk /dev/shm | awk 'END { print $4 }')" -lt 4000000 ] || place=/dev/shm
folder=$(mktemp -d "$place/engine.XXXXXX")
bridge=$(ip link show docker0 2>/dev/null || true)
dockerd --iptables=false --storage-driver=vfs --host="unix://$folder/docker.sock" \
    --data-root="$folder/data" --exec-root="$folder/exec" --pidfile="$folder/pid" \
    >"$folder/log" 2>&1 &
engine=$!

stop() {
    trap - EXIT INT TERM
    kill "$engine" 2>/dev/null || true
    wait "$engine" || true
    [ -n "$bridge" ] || ip link delete docker0 2>/dev/null || true
    rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT TERM

export DOCKER_HOST="unix://$folder/docker.sock"
tries=0
until docker info >/dev/null 2>&1; do
    tries=$((tries + 1))
    if [ "$tries" -gt 60 ] || ! kill -0 "$engine" 2>/dev/null; then
        echo "No container engine can run here. The end of its log:" >&2
        tail -n 5 "$folder/log" >&2
        exit 75
    fi
    sleep 0.5
done
"$@"
