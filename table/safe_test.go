package table

import (
	"strings"
	"testing"
)

func TestSafe(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""}, {"Ås", "Ås"}, {"=1+1", "'=1+1"}, {"@x", "'@x"}, {"-x", "'-x"}, {"\t=1", "'\t=1"}, {"\r", "'\r"}, {"+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"},
		{"-3", "-3"}, {"-3.25", "-3.25"}, {"-3,25", "-3,25"}, {"+4790000000", "+4790000000"}, {"-1e5", "'-1e5"}, {"-Inf", "'-Inf"}, {"-0x1", "'-0x1"}, {"-1.2.3", "'-1.2.3"},
		{"-", "'-"}, {"-2+3", "'-2+3"}, {"2-3", "2-3"}, {"'=1", "'=1"},
	} {
		if got := SafeText(c.text); got != c.want {
			t.Errorf("SafeText(%q) = %q, want %q", c.text, got, c.want)
		}
	}
	fields := []string{"=a", "-1"}
	if got := strings.Join(Safe(fields), "|"); got != "'=a|-1" || fields[0] != "'=a" {
		t.Errorf("Safe gives %q and leaves %q", got, fields)
	}
}
