package clinic

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// The national lists as others have published them: every code there is here. Ours may hold more, from newer editions.
func TestCodesCoverThePublishedLists(t *testing.T) {
	files, err := filepath.Glob("../../shared/reference/fhir/*/CodeSystem-*.json")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skip("the published code systems are not here (../../shared/reference/fhir)")
	}
	number := regexp.MustCompile(`CodeSystem-(?:volven|no-kodeverk)-(\d+)`)
	compared := 0
	for _, file := range files {
		m := number.FindStringSubmatch(file)
		if m == nil || Codes(m[1]) == nil {
			continue
		}
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var published struct {
			Concept []struct{ Code, Display string }
		}
		if err := json.Unmarshal(b, &published); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		compared++
		for _, c := range published.Concept {
			if _, ok := CodeOf(m[1], c.Code); !ok {
				t.Errorf("list %s lacks %s (%s)", m[1], c.Code, c.Display)
			}
		}
	}
	if compared < 15 {
		t.Errorf("only %d lists compared, expected at least 15", compared)
	}
}
