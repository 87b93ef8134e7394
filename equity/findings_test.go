package equity

import (
	"slices"
	"strings"
	"testing"

	"rettid/words"
)

// silence is not equality. Every sentence that speaks of equal or alike says that it is not so.
func TestNeverClaimsEquality(t *testing.T) {
	denials := map[words.Lang][]string{words.NB: {"ikke"}, words.NN: {"ikkje"}, words.EN: {"not", "unlike"}}
	alike := map[words.Lang][]string{words.NB: {"lik"}, words.NN: {"lik"}, words.EN: {"equal", "alike", "same access", "fair"}}
	n := 0
	for _, key := range words.Keys() {
		if !strings.HasPrefix(key, "equity.") {
			continue
		}
		n++
		for _, l := range words.Langs() {
			for _, sentence := range strings.SplitAfter(words.Say(l, key), ".") {
				s := strings.ToLower(sentence)
				said := slices.ContainsFunc(alike[l], func(w string) bool { return strings.Contains(s, w) })
				if said && !slices.ContainsFunc(denials[l], func(w string) bool { return strings.Contains(s, w) }) && !strings.Contains(s, "ulik") {
					t.Errorf("%s, %s: %q", key, l, sentence)
				}
			}
		}
	}
	if n < 15 {
		t.Errorf("only %d sentences", n)
	}
}

func TestFindings(t *testing.T) {
	codes := func(r Result) (out []string) {
		for _, f := range r.Findings() {
			if !words.Has(words.NB, "equity."+f.Code) {
				t.Errorf("no words for %s", f.Code)
			}
			out = append(out, f.Code)
		}
		return out
	}
	got := strings.Join(codes(Review(workedExample())), " ")
	if got != "below_amber above_red spread gradient_high grants_low tests proxies" {
		t.Error(got)
	}
	in := workedExample()
	in.Cases, in.Quintiles = in.Cases[:3], nil
	got = strings.Join(codes(Review(in)), " ")
	if got != "too_few_expected spread_not_computed gradient_not_computed grants_not_computed not_shown tests proxies" {
		t.Error(got)
	}
}
