package casefile

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"rettid/day"
	"rettid/law"
	"rettid/referral"
)

// args are the arguments of a step, each read into the type its verb says.
type args map[string]any

// get gives an argument, or its type's zero value when it was left out.
func get[T any](a args, name string) T {
	v, _ := a[name].(T)
	return v
}

// place is a provider, and the site there when one was named: INN/Hamar.
type place struct{ provider, site string }

type patient struct {
	id           string
	born         day.Day
	municipality string
}

// valueOf reads one kind of value. The second result is false when it was wrong, and then the problem is told.
type valueOf func(r *reader, n *node, name string) (any, bool)

const maxText = 4000 // characters of a free text

func aText(r *reader, n *node, name string) (any, bool) {
	if n.kind == isText && strings.TrimSpace(n.text) != "" {
		if utf8.RuneCountInString(n.text) > maxText {
			r.wrong(n.line, "%s is longer than %d characters", name, maxText)
			return nil, false
		}
		return n.text, true
	}
	if n.kind == isNumber || n.kind == isBool {
		return n.text, true // 0301, or a word that happens to be a number
	}
	r.wrong(n.line, "%s must be a text, not %s", name, shown(n))
	return nil, false
}

func shown(n *node) string {
	if n.kind == isList || n.kind == isMap || n.kind == isNull {
		return n.kind.String()
	}
	if n.kind == isText && strings.TrimSpace(n.text) == "" {
		return "empty"
	}
	return strconv.Quote(n.text)
}

func aDate(r *reader, n *node, name string) (any, bool) {
	d, err := day.Parse(n.text)
	if n.kind != isText || err != nil {
		why := ""
		if err != nil && n.kind == isText && len(n.text) == 10 {
			why = ": " + err.Error()
		}
		r.wrong(n.line, "%s must be a date such as 2025-09-01, not %s%s", name, shown(n), why)
		return nil, false
	}
	return d, true
}

func aMoment(r *reader, n *node, name string) (any, bool) {
	text := n.text
	if len(text) > 10 && text[10] == ' ' {
		text = text[:10] + "T" + text[11:] // YAML writes a date-time with a space too
	}
	m, err := day.ParseMoment(text)
	if n.kind != isText || err != nil || m.Day.IsZero() {
		r.wrong(n.line, "%s must be a date or a date-time such as 2025-11-24T12:15, not %s", name, shown(n))
		return nil, false
	}
	return m, true
}

// aDay reads a date, or the day of a date-time where the time of day plays no part.
func aDay(r *reader, n *node, name string) (any, bool) {
	m, ok := aMoment(r, n, name)
	if !ok {
		return nil, false
	}
	return m.(day.Moment).Day, true
}

func aBool(r *reader, n *node, name string) (any, bool) {
	if n.kind != isBool {
		r.wrong(n.line, "%s must be true or false, not %s", name, shown(n))
		return nil, false
	}
	return n.text == "true", true
}

func anAnswer(r *reader, n *node, name string) (any, bool) {
	v, ok := aBool(r, n, name)
	if !ok {
		return nil, false
	}
	b := v.(bool)
	return law.Bool(&b), true
}

func aNumber(low, high int) valueOf {
	return func(r *reader, n *node, name string) (any, bool) {
		v, err := strconv.Atoi(n.text)
		if n.kind != isNumber || err != nil || v < low || v > high {
			r.wrong(n.line, "%s must be a whole number from %d to %d, not %s", name, low, high, shown(n))
			return nil, false
		}
		return v, true
	}
}

func oneOf[S ~string](words ...S) valueOf {
	allowed := make([]string, len(words))
	for i, w := range words {
		allowed[i] = string(w)
	}
	return func(r *reader, n *node, name string) (any, bool) {
		if (n.kind == isText || n.kind == isNumber) && contains(allowed, n.text) {
			return n.text, true
		}
		r.wrong(n.line, "%s is %s%s; allowed: %s", name, shown(n), meant(n.text, allowed), strings.Join(allowed, ", "))
		return nil, false
	}
}

// listOf reads a list, or a single value as a list of one.
func listOf(item valueOf) valueOf {
	return func(r *reader, n *node, name string) (any, bool) {
		items := n.items
		if n.kind != isList {
			items = []*node{n}
		}
		out, ok := make([]string, 0, len(items)), true
		for _, it := range items {
			v, good := item(r, it, name)
			if s, is := v.(string); good && is {
				out = append(out, s)
			}
			ok = ok && good
		}
		return out, ok
	}
}

func aPlace(r *reader, n *node, name string) (any, bool) {
	v, ok := aText(r, n, name)
	if !ok {
		return nil, false
	}
	provider, site, _ := strings.Cut(v.(string), "/")
	return place{provider, site}, true
}

// roles of a referrer (guide 3.1).
var fromRoles = []string{"gp", "doctor", "chiropractor", "manual_therapist", "dentist", "psychologist", "optometrist", "midwife", "child_welfare", "municipality", "patient", "other"}

func aReferrer(r *reader, n *node, name string) (any, bool) {
	return aFrom(r, n, name, oneOf(fromRoles...))
}

// anAssessor reads who assesses: any role, for the law says who may.
func anAssessor(r *reader, n *node, name string) (any, bool) { return aFrom(r, n, name, aText) }

func aFrom(r *reader, n *node, name string, role valueOf) (any, bool) {
	if n.kind != isMap {
		r.wrong(n.line, "%s must be a map such as {role: gp}, not %s", name, shown(n))
		return nil, false
	}
	r.only(n, name, "role", "provider")
	var f referral.From
	ok := true
	if v := n.get("role"); v != nil {
		w, good := role(r, v, name+".role")
		f.Role, _ = w.(string)
		ok = ok && good
	} else {
		r.wrong(n.line, "%s lacks role", name)
		ok = false
	}
	if v := n.get("provider"); v != nil {
		w, good := aText(r, v, name+".provider")
		f.Provider, _ = w.(string)
		ok = ok && good
	}
	return f, ok
}

func aPatient(r *reader, n *node, name string) (any, bool) {
	if n.kind != isMap {
		r.wrong(n.line, "%s must be a map such as {id: P1, born: 1960-05-02, municipality: \"0301\"}, not %s", name, shown(n))
		return nil, false
	}
	r.only(n, name, "id", "born", "municipality")
	var p patient
	ok := true
	take := func(key string, v valueOf, must bool, put func(any)) {
		at := n.get(key)
		if at == nil {
			if must {
				r.wrong(n.line, "%s lacks %s", name, key)
				ok = false
			}
			return
		}
		got, good := v(r, at, name+"."+key)
		if good {
			put(got)
		}
		ok = ok && good
	}
	take("id", aText, true, func(v any) { p.id = v.(string) })
	take("born", aDate, false, func(v any) { p.born = v.(day.Day) })
	take("municipality", aMunicipality, false, func(v any) { p.municipality = v.(string) })
	return p, ok
}

func aMunicipality(r *reader, n *node, name string) (any, bool) {
	if len(n.text) == 4 && strings.Trim(n.text, "0123456789") == "" {
		return n.text, true
	}
	r.wrong(n.line, "%s must be four digits in quotes, such as \"0301\", not %s", name, shown(n))
	return nil, false
}
