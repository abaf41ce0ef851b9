# Prints the expressions of uap-core's regexes.yaml by which it knows a device named Spider, one a line, with (?i) in front of
# those that take no notice of case. Any awk will do. What it does not understand ends the build: nothing is left out.

function fail(why) {
  failed = 1
  print FILENAME ":" FNR ": " why > "/dev/stderr"
  exit 1
}

# The value of a line "key: 'value'"; YAML doubles an apostrophe within apostrophes.
function value(   text) {
  text = $0
  sub(/^[ -]*[a-z_]+:[ \t]*/, "", text)
  sub(/[ \t\r]+$/, "", text)
  if (text ~ /^'.*'$/) {
    text = substr(text, 2, length(text) - 2)
    gsub(/''/, "'", text)
  } else if (text ~ /^["'|>]/) {
    if (text !~ /^"[^"\\]*"$/) fail("a value that is neither plain nor in apostrophes: " text)
    text = substr(text, 2, length(text) - 2)
  }
  return text
}

function end_entry() {
  if (device == "Spider") {
    if (regex == "") fail("a Spider without an expression ends here")
    if (flag != "" && flag != "i") fail("an unknown regex_flag: " flag)
    print (flag == "i" ? "(?i)" : "") regex
    ++spiders
  }
  regex = flag = device = ""
}

/^[ \t]*(#|$)/ { next }
/^[^ \t-]/ { end_entry(); in_devices = $1 == "device_parsers:"; next }
!in_devices { next }
/^[ \t]*-/ { end_entry() }
/^[ \t-]*regex:/ { regex = value() }
/^[ \t-]*regex_flag:/ { flag = value() }
/^[ \t-]*device_replacement:/ { device = value() }

END {
  if (failed) exit 1
  end_entry()
  if (!spiders) fail("no device named Spider here; is this uap-core's regexes.yaml?")
}
