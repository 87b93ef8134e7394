package table

import (
	"strconv"
	"strings"
)

// Safe keeps a spreadsheet from taking a text of a file for a formula (CWE-1236): an apostrophe is put before what begins as one. A number with its sign stays a
// number, with a point or a comma. Fields are changed in place, and given back.
func Safe(fields []string) []string {
	for i, s := range fields {
		fields[i] = SafeText(s)
	}
	return fields
}

// SafeText is Safe for one text.
func SafeText(s string) string {
	if s == "" || !strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return s
	}
	if strings.Trim(s[1:], "0123456789.,") == "" {
		if _, err := strconv.ParseFloat(strings.Replace(s, ",", ".", 1), 64); err == nil {
			return s
		}
	}
	return "'" + s
}
