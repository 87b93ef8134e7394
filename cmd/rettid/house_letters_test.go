package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What letters tell of the house is read line by line; what can't be meant names the file and the line.
func TestReadHouse(t *testing.T) {
	file := filepath.Join(t.TempDir(), "letters")
	for _, tt := range []struct{ text, says string }{
		{"# of Fjordvik\n\nletter.helfo_phone = 00 00 00 01\nphone.FJO = 00 00 00 20\nguidance.FJO=00 00 00 21\n", ""},
		{"letter.helfo_phone\n", ":1: a line is key=value"},
		{"\nletter.telex=1\n", ":2: there is no setting"},
		{"phone.=1\n", "UNIT=NUMBER"},
	} {
		if err := os.WriteFile(file, []byte(tt.text), 0o600); err != nil {
			t.Fatal(err)
		}
		h, err := readHouse(file)
		if tt.says != "" {
			if err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%q: %v", tt.text, err)
			}
			continue
		}
		if err != nil || h.Contacts.HelfoPhone != "00 00 00 01" || h.Phones["FJO"] != "00 00 00 20" || h.Guidance["FJO"] != "00 00 00 21" {
			t.Errorf("%+v, %v", h, err)
		}
	}
}
