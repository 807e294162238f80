#!/bin/sh
# Copies Node, and what it and the native parts of the packages are linked with, into a folder: the root of the image.
set -eu
root=$1
node=$(command -v node)

mkdir -p "$root/usr/local/bin" "$root/etc" "$root/tmp" "$root/var/lib/dpkg/status.d"
chmod 1777 "$root/tmp"
cp "$node" "$root/usr/local/bin/node"
for file in "$node" $(find node_modules -name '*.node' ! -name '*musl*'); do
  ldd "$file" | grep -o '/[^ ]*\.so[^ ]*' | xargs -I '{}' cp -L --parents '{}' "$root"
done

printf 'portico:x:10001:10001::/:/none\n' > "$root/etc/passwd"
printf 'portico:x:10001:\n' > "$root/etc/group"
printf 'hosts: files dns\n' > "$root/etc/nsswitch.conf"

for package in libc6 libgcc-s1 libstdc++6; do
  dpkg-query --status "$package" > "$root/var/lib/dpkg/status.d/$package"
done
