package letter

import (
	"testing"

	"rettid/day"
	"rettid/law"
	"rettid/words"
)

func BenchmarkLetter(b *testing.B) {
	in := begin(b).grant(assessed, deadline).book(assessed, "2026-06-09T10:30").input(day.On(2026, 3, 12))
	b.ReportAllocs()
	for b.Loop() {
		l, err := Make(law.LetterGranted, Patient, words.NB, in)
		if err != nil || len(Check(l, in.Case)) > 0 {
			b.Fatal(err)
		}
		HTML(l, Page{})
	}
}
