// Package say turns what the law found into sentences people read: findings and objections are codes with arguments, and here they meet the words,
// in bokmål, nynorsk or English.
//
// What never happens here: nothing is decided, no date is computed, and no identity is printed.
package say

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"rettid/day"
	"rettid/law"
	"rettid/referral"
	"rettid/words"
)

// Reason writes a reason as a sentence. Days are written out, codes are turned into their words. A code without words is shown as itself, which a
// test of the rooms forbids.
func Reason(l words.Lang, r law.Reason) string {
	text := template(l, r.Code)
	if text == "" {
		return r.Code
	}
	args := r.List()
	return placeholder.ReplaceAllStringFunc(text, func(m string) string {
		if m == "{date}" {
			for _, a := range args {
				if d, ok := a.Day(); ok {
					return words.Date(l, d)
				}
			}
			return ""
		}
		i, err := strconv.Atoi(m[1 : len(m)-1])
		if err != nil || i >= len(args) {
			return m
		}
		return Arg(l, args[i])
	})
}

var placeholder = regexp.MustCompile(`\{[a-z0-9]+\}`)

// template finds the words of a code: those of its rule, those of all rules, those of the norm it names, those of the referral's own explanations.
func template(l words.Lang, code string) string {
	for _, lang := range []words.Lang{l, words.NB} {
		if s := law.Sentence(string(lang), code); s != "" {
			return s
		}
		if key := "because." + code; words.Has(lang, key) {
			return words.Say(lang, key)
		}
		if words.Has(lang, code) {
			return words.Say(lang, code)
		}
		if s := referral.Sentence(string(lang), code); s != "" {
			return s
		}
	}
	return ""
}

// Has tells whether a code has words in a language.
func Has(l words.Lang, code string) bool {
	return law.Sentence(string(l), code) != "" || words.Has(l, "because."+code) || words.Has(l, code) || referral.Sentence(string(l), code) != ""
}

// Arg writes an argument: a day in full, a number, or the words of a code.
func Arg(l words.Lang, a law.Arg) string {
	if d, ok := a.Day(); ok {
		return words.Date(l, d)
	}
	if n, ok := a.Int(); ok {
		return words.Number(l, n)
	}
	key := a.String()
	if name, ok := strings.CutPrefix(key, "holiday."); ok {
		return words.HolidayName(l, name)
	}
	if words.Has(l, key) {
		return lower(words.Say(l, key))
	}
	return key
}

// lower makes the first letter of a label small, for the middle of a sentence, unless the word is an abbreviation or a name of letters.
func lower(s string) string {
	r := []rune(s)
	if len(r) > 1 && strings.ToLower(string(r[1])) == string(r[1]) && !strings.HasPrefix(s, "NAV") && !strings.HasPrefix(s, "Helfo") {
		return strings.ToLower(string(r[0])) + string(r[1:])
	}
	return s
}

// Reasons writes several, one sentence each.
func Reasons(l words.Lang, rs []law.Reason) []string {
	out := make([]string, len(rs))
	for i, r := range rs {
		out[i] = Reason(l, r)
	}
	return out
}

// Objection writes a refusal or a warning: its sentences, and where it stands.
func Objection(l words.Lang, o law.Objection) (text, cite string) {
	return strings.Join(Reasons(l, o.Because), " "), Source(l, o.Cite, o.Norms)
}

// sources are what a provision of a rule is called in each language. The longer come first.
var sources = map[words.Lang]*strings.Replacer{
	words.NB: strings.NewReplacer("guide ", "veilederen kap. ", "kap. ", "veilederen kap. ", "code list ", "kodeverk ", "circular ", "rundskriv ", "User panel statement, points 1 and ", "Brukerutvalgenes uttalelse, punkt 1 og ", "User panel statement, point ", "Brukerutvalgenes uttalelse, punkt ",
		"User panel statement", "Brukerutvalgenes uttalelse", "no statutory limit: set in the settings", "ingen lovfrist: fastsatt i innstillingene",
		"the registry's waiting-list file", "NPRs ventelistefil", "the registry's slettekode", "NPRs slettekoder", "the Directorate of Health's statistics", "Helsedirektoratets statistikk", "Helfo on breached deadlines", "Helfo om fristbrudd"),
	words.NN: strings.NewReplacer("guide ", "rettleiaren kap. ", "kap. ", "rettleiaren kap. ", "code list ", "kodeverk ", "circular ", "rundskriv ", "User panel statement, points 1 and ", "Fråsegna frå brukarutvala, punkt 1 og ", "User panel statement, point ", "Fråsegna frå brukarutvala, punkt ",
		"User panel statement", "Fråsegna frå brukarutvala", "no statutory limit: set in the settings", "ingen lovfrist: fastsett i innstillingane", "Nye metoder", "Nye metodar",
		"the registry's waiting-list file", "ventelistefila til NPR", "the registry's slettekode", "slettekodane til NPR", "the Directorate of Health's statistics", "statistikken til Helsedirektoratet", "Helfo on breached deadlines", "Helfo om fristbrot"),
	words.EN: strings.NewReplacer("kap. ", "guide "),
}

// normNumber is the number of a norm in a provision.
var normNumber = regexp.MustCompile(`\b(?:[GU]\d[\d.]*-\d+|[RX]-\d+(?:\.\d+a?)?)\b`)

// Source writes where something stands, as people look it up: the provision in their language, or else the chapters of the norms. The numbers of norms are the
// house's own, and are never among it (law.Where).
func Source(l words.Lang, cite string, norms []string) string {
	cite = normNumber.ReplaceAllStringFunc(cite, func(n string) string { return law.Where([]string{n}) })
	if cite = strings.Trim(cite, "; "); cite == "" {
		cite = law.Where(norms)
	}
	if r := sources[l]; r != nil {
		cite = r.Replace(cite)
	}
	return cite
}

// Cite writes where an objection stands for one who writes rules and cases: the provision as the rule has it, and every norm.
func Cite(o law.Objection) string {
	if o.Cite == "" {
		return strings.Join(o.Norms, ", ")
	}
	return o.Cite + " (" + strings.Join(o.Norms, ", ") + ")"
}

// Refusal writes a refusal for a person: one line an objection.
func Refusal(l words.Lang, r *referral.Refusal) []string {
	out := make([]string, len(r.Objections))
	for i, o := range r.Objections {
		text, cite := Objection(l, o)
		out[i] = fmt.Sprintf("%s [%s]", text, cite)
	}
	return out
}

// Duty writes a duty as a sentence.
func Duty(l words.Lang, d law.Duty, f *law.Facts) string {
	date := d.Due
	if date.IsZero() || d.Name == law.DutyFindAlternative || d.Name == law.DutyNotifyHelfo {
		date = f.StartBy
	}
	if date.IsZero() || d.Name == law.DutyRequestInformation {
		date = f.AssessBy
	}
	return words.SayNamed(l, "duty."+string(d.Name)+".sentence", map[string]string{"date": written(l, date), "who": f.OpinionOf})
}

func written(l words.Lang, d day.Day) string {
	if d.IsZero() {
		return "–"
	}
	return words.Date(l, d)
}

// Explanation writes an explanation's steps.
func Explanation(l words.Lang, e referral.Explanation) []string { return Reasons(l, e.Because) }
