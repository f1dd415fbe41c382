#!/bin/sh
# tests/interop/java/build.sh WSCN CANAL FOLDER
#
# Makes Axis 1.4's client classes from the WSDLs that are served at two addresses, one of each contract, compiles them and
# the programs beside this script into FOLDER, and writes FOLDER/args there: `java @FOLDER/args Wscn ESCENARIO.JSON` runs
# one. The libraries are those of Debian.
set -eu

wscn=$1
canal=$2
folder=$3
programs=$(dirname "$0")

classpath=$folder/classes
for library in axis jaxrpc saaj wsdl4j commons-logging commons-discovery javax.mail javax.activation \
    wss4j xmlsec slf4j-api slf4j-nop gson; do
    classpath=$classpath:/usr/share/java/$library.jar
done

# These programs live for a second or two: optimising them costs more than it gives.
quick='-XX:TieredStopAtLevel=1 -XX:+UseSerialGC'

rm -rf "$folder"
mkdir -p "$folder/classes"
echo "$quick -cp \"$classpath\"" >"$folder/args"

for contract in wscn canal; do
    eval "wsdl=\$$contract"
    java @"$folder/args" org.apache.axis.wsdl.WSDL2Java -o "$folder/generated" -p "$contract" "$wsdl"
done
find "$folder/generated" "$programs" -name '*.java' -printf '"%p"\n' >"$folder/sources"
javac -J-XX:TieredStopAtLevel=1 -J-XX:+UseSerialGC -nowarn -proc:none -XDsuppressNotes \
    -d "$folder/classes" -cp "$classpath" @"$folder/sources"
