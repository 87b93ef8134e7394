package clinic

import (
	"slices"
	"strings"
	"sync"

	"rettid/day"
)

// A Code is one value of a national code list (kodeverk, OID 2.16.578.1.12.4.1.1.<list>; ). The codes are
// national; the texts are close to the official ones, shortened where those are long.
type Code struct {
	List, Code string // "8445", "1"
	NB, NN, EN string
	In         day.Period // zero From: as long as anyone asks; zero To: still in use
}

// A Specialty is a field of medicine (fagområde) as this program names it.
type Specialty struct {
	Key         string // "orthopaedics", used in commands, case files and tables
	Code        string // list 8451, three digits with leading zeros: "050"
	NB, NN, EN  string
	Guide       string // the priority guide's file key, "ortopedi"; empty where there is none
	Guarantee65 bool   // mental health and addiction: the 65-working-day guarantee under 23 (prioriteringsforskriften § 4 a)
}

var codes = sync.OnceValue(func() map[string][]Code {
	lists := make(map[string][]Code)
	err := readTable(embedded("data/national"), "codes.csv", "list,code,nb,nn,en,from,to", func(r *row) {
		c := Code{List: r.must("list"), Code: r.must("code"), NB: r.must("nb"), NN: r.must("nn"), EN: r.must("en"), In: r.period()}
		for _, other := range lists[c.List] {
			if other.Code == c.Code && overlap(other.In, c.In) {
				r.wrong("code", "%q stands twice in list %s for the same days", c.Code, c.List)
			}
		}
		lists[c.List] = append(lists[c.List], c)
	})
	if err != nil {
		panic("clinic/data/national: " + err.Error())
	}
	return lists
})

// Lists gives the numbers of the code lists here, sorted: "8404", "8406" ...
func Lists() []string {
	var lists []string
	for l := range codes() {
		lists = append(lists, l)
	}
	slices.Sort(lists)
	return lists
}

// A List tells what a code list is, and where it comes from.
type List struct {
	Number     string // "8445"; a name where the national list has none
	NB, NN, EN string
	Source     string // volven: a national list (kodeverk) with an OID; npr: the values of the registry's message
	Local      bool   // whether a house may add codes of its own
}

// OID is the list's object identifier; empty for the values of a message, which have none.
func (l List) OID() string {
	if l.Source != "volven" {
		return ""
	}
	return "2.16.578.1.12.4.1.1." + l.Number
}

var lists = sync.OnceValue(func() []List {
	var all []List
	err := readTable(embedded("data/national"), "lists.csv", "list,nb,nn,en,source,local", func(r *row) {
		l := List{Number: r.must("list"), NB: r.must("nb"), NN: r.must("nn"), EN: r.must("en"), Source: r.must("source"), Local: r.must("local") == "yes"}
		if codes()[l.Number] == nil {
			r.wrong("list", "%q has no codes", l.Number)
		}
		all = append(all, l)
	})
	if err != nil {
		panic("clinic/data/national: " + err.Error())
	}
	return all
})

// CodeList tells of a list by its number.
func CodeList(number string) (List, bool) {
	all := lists()
	i := slices.IndexFunc(all, func(l List) bool { return l.Number == number })
	if i < 0 {
		return List{}, false
	}
	return all[i], true
}

// Codes gives a list in its own order; nil for a list that is not here. 8451 is the list of specialties.
func Codes(list string) []Code { return slices.Clone(codes()[list]) }

// Valid tells whether the code is in the list and in use on the day.
func Valid(list, code string, on day.Day) bool {
	return slices.ContainsFunc(codes()[list], func(c Code) bool { return c.Code == code && covers(c.In, on) })
}

// CodeOf finds a code in a list whether it is still in use or not, the newest meaning first: for showing what was stored.
func CodeOf(list, code string) (Code, bool) {
	all := codes()[list]
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].Code == code {
			return all[i], true
		}
	}
	return Code{}, false
}

var specialties = sync.OnceValue(func() []Specialty {
	var all []Specialty
	err := readTable(embedded("data/national"), "specialties.csv", "key,code,nb,nn,en,guide,guarantee65", func(r *row) {
		s := Specialty{
			Key: r.must("key"), Code: r.must("code"), NB: r.must("nb"), NN: r.must("nn"), EN: r.must("en"), Guide: r.get("guide"),
			Guarantee65: r.get("guarantee65") == "yes",
		}
		if _, known := CodeOf("8451", s.Code); !known {
			r.wrong("code", "%q is not in list 8451", s.Code)
		}
		if slices.ContainsFunc(all, func(o Specialty) bool { return o.Key == s.Key }) {
			r.wrong("key", "%q stands twice", s.Key)
		}
		all = append(all, s)
	})
	if err != nil {
		panic("clinic/data/national: " + err.Error())
	}
	return all
})

// Specialties gives the specialties known by key, in the order of the code list. A referral may carry another, as free
// text: then it has no code and no guide.
func Specialties() []Specialty { return slices.Clone(specialties()) }

// SpecialtyByKey finds a specialty by its key, "orthopaedics".
func SpecialtyByKey(key string) (Specialty, bool) {
	return specialtyWhere(func(s Specialty) bool { return s.Key == key })
}

// SpecialtyByCode finds a specialty by its code in list 8451, "050". Several keys can share a code ("knee_surgery" is reported
// as orthopaedic surgery): the main one, first in the list, is given.
func SpecialtyByCode(code string) (Specialty, bool) {
	return specialtyWhere(func(s Specialty) bool { return s.Code == code })
}

// GuideArea is the specialty whose conditions a priority guide lists for a specialty: the main one of the same guide ("orthopaedics" for "hip_surgery"), and itself where
// there is no guide.
func GuideArea(key string) string {
	if s, ok := SpecialtyByKey(key); ok {
		if main, ok := SpecialtyByGuide(s.Guide); ok {
			return main.Key
		}
	}
	return key
}

// SpecialtyByGuide finds the specialty a priority guide is for, by the guide's file key, "ortopedi".
func SpecialtyByGuide(guide string) (Specialty, bool) {
	if strings.TrimSpace(guide) == "" {
		return Specialty{}, false
	}
	return specialtyWhere(func(s Specialty) bool { return s.Guide == guide })
}

func specialtyWhere(fits func(Specialty) bool) (Specialty, bool) {
	all := specialties()
	if i := slices.IndexFunc(all, fits); i >= 0 {
		return all[i], true
	}
	return Specialty{}, false
}
