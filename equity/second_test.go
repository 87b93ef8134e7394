package equity

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The review of drawn applications is what another program, written from exceptions.md chapter 7 alone, came to: Poisson and chi-square by other sums, the same
// suppressed table.
func TestSecondReading(t *testing.T) {
	files, err := filepath.Glob("testdata/second/*.json")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d cases, %v", len(files), err)
	}
	for _, file := range files {
		base := strings.TrimSuffix(file, ".json")
		t.Run(filepath.Base(base), func(t *testing.T) {
			in := Input{Settings: Default()}
			open := func(what string) *os.File {
				f, err := os.Open(base + "-" + what + ".csv")
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { f.Close() })
				return f
			}
			var read [3]File
			var errs [3]error
			in.Population, read[0], errs[0] = ReadPopulation(open("population"), "population")
			in.Cases, read[1], errs[1] = ReadCases(open("cases"), "cases", in.Population)
			if _, err := os.Stat(base + "-quintiles.csv"); err == nil {
				in.Quintiles, read[2], errs[2] = ReadQuintiles(open("quintiles"), "quintiles")
			}
			for i := range read {
				if errs[i] != nil || len(read[i].Rejected) > 0 {
					t.Fatal(errs[i], read[i].Rejected)
				}
			}
			text, err := json.Marshal(Review(in))
			if err != nil {
				t.Fatal(err)
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var a, b map[string]any
			if err := json.Unmarshal(text, &a); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(want, &b); err != nil {
				t.Fatal(err)
			}
			why := b["why"]
			delete(b, "why")
			for _, s := range differ("", a, b) {
				t.Errorf("%v: %s", why, s)
			}
		})
	}
}

// differ lists where got lacks what is wanted, numbers to a millionth.
func differ(at string, got, want any) (out []string) {
	switch w := want.(type) {
	case map[string]any:
		g, _ := got.(map[string]any)
		for k := range w {
			if _, ok := g[k]; !ok {
				out = append(out, at+"."+k+" is not there")
				continue
			}
			out = append(out, differ(at+"."+k, g[k], w[k])...)
		}
		return out
	case []any:
		g, _ := got.([]any)
		if len(g) != len(w) {
			return []string{fmt.Sprintf("%s has %d elements, want %d", at, len(g), len(w))}
		}
		for i := range w {
			out = append(out, differ(fmt.Sprintf("%s[%d]", at, i), g[i], w[i])...)
		}
		return out
	case float64:
		if g, ok := got.(float64); ok && math.Abs(g-w) <= 1e-6*math.Max(math.Abs(w), 1e-3) {
			return nil
		}
	default:
		if got == want {
			return nil
		}
	}
	return []string{fmt.Sprintf("%s is %v, want %v", at, got, want)}
}
