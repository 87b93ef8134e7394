// Package patient is who somebody is: the national identity numbers and their kin, read, checked and shown with care.
//
// What never happens here: no number is kept, looked up or logged; a number as a log value says its kind and nothing more.
package patient

import (
	"fmt"
	"log/slog"
	"strings"

	"rettid/day"
)

// Kind is which register or institution gave a number.
type Kind string

const (
	FNR   Kind = "fnr"   // fødselsnummer, the national identity number
	DNR   Kind = "dnr"   // D-nummer: for those with a temporary connection to Norway; day of month + 40
	HNR   Kind = "hnr"   // H-nummer: an institution's own help number; month + 40. It means nothing outside the institution.
	FHNR  Kind = "fhnr"  // felles hjelpenummer (FH-nummer): shared by all of the health service; first digit 8 or 9
	OrgNr Kind = "orgnr" // organisasjonsnummer: 9 digits, never a person
)

// Synthetic is the series of test persons a number belongs to, "" for real persons.
type Synthetic string

const (
	Tenor    Synthetic = "tenor"      // the tax administration's; month + 80
	NHN      Synthetic = "nhn"        // Norsk helsenett's; month + 65
	NAVOrHNR Synthetic = "nav_or_hnr" // NAV's test persons are month + 40, as real H-numbers are; digits can't tell them apart
)

// The sexes an identity number can tell of.
const (
	Female = "female"
	Male   = "male"
)

// An Identity is a number with the right check digits and a possible date, and what can be read from it. That a number is
// valid does not mean that it was given to anyone: confirm it against name and date of birth.
//
// Formatting it (%v, slog) shows the kind only, so that no number reaches a log by accident; use Number to show it to
// someone who may see it.
type Identity struct {
	Number    string // digits only
	Kind      Kind
	Synthetic Synthetic
	Born      day.Day // zero when the number does not tell: Rule2032, before 1900, FH-numbers, organisations
	Sex       string  // Female, Male, or "" when the number does not tell
	Rule2032  bool    // valid only by the rule for numbers issued from 2032-01-01
}

// From2032 is the first day numbers are issued by the new rule (Skatteetaten, «Nytt fødselsnummer fra 2032»).
var From2032 = day.On(2032, 1, 1)

// An InvalidNumber tells why a number is not valid or not accepted, as code and arguments, and never the number or any
// part of it: the error may be logged.
//
//	wrong_length         how many digits there are: 11 are needed, 9 for an organisation
//	not_digits           something else than digits and spaces
//	impossible_date      the first six digits are no date
//	checksum             the check digit of an organisation is wrong
//	checksum_1           the first check digit of a person is wrong
//	checksum_2           the second check digit is wrong
//
// and from Policy.Accept:
//
//	synthetic            the series; test persons are not accepted here
//	not_yet_issued       the day numbers by the new rule are first issued
//	born_later           the day on which the person is not yet born
//	organisation         an organisation is not a person
type InvalidNumber struct {
	Code string
	Args []any
}

func (e *InvalidNumber) Error() string {
	if len(e.Args) == 0 {
		return "identity number: " + e.Code
	}
	return fmt.Sprintf("identity number: %s %v", e.Code, e.Args)
}

// Identify reads a person's or an organisation's number; spaces in it are taken away. The error is an *InvalidNumber.
//
// A person's number is DDMMYY, three digits (individnummer), two check digits, where
//   - the check digits are modulo 11 with the weights 3 7 6 1 8 9 4 5 2 and 5 4 3 2 7 6 5 4 3 2;
//   - the individual number tells the century: 000-499 the 1900s; 500-749 with year 54-99 the 1800s; 900-999 with year
//     40-99 the 1900s; 500-999 with year 00-39 the 2000s; its last digit is even for women and odd for men;
//   - in numbers issued from 2032 the first check digit leaves a remainder of 0, 1, 2 or 3, and the individual number tells
//     neither century nor sex. Old numbers live on, so both rules hold at once, for all numbers with a date in them.
//
// A number that is right by today's rule is read by it, though some such numbers will be issued by the new rule too: from
// 2032 the date of birth and the sex are to be taken from the national register (folkeregisteret).
func Identify(number string) (Identity, error) {
	number = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "").Replace(number)
	for i := range len(number) {
		if number[i] < '0' || number[i] > '9' {
			return Identity{}, invalid("not_digits")
		}
	}
	switch {
	case len(number) == 9:
		return identifyOrganisation(number)
	case len(number) != 11:
		return Identity{}, invalid("wrong_length", len(number))
	case number[0] >= '8':
		return identifyFH(number)
	}
	return identifyDated(number)
}

func identifyOrganisation(number string) (Identity, error) {
	if remainder(number, orgWeights) != 0 {
		return Identity{}, invalid("checksum")
	}
	return Identity{Number: number, Kind: OrgNr}, nil
}

// identifyFH reads a number that has no date and no sex in it, only check digits by today's rule.
func identifyFH(number string) (Identity, error) {
	if remainder(number, weights1) != 0 {
		return Identity{}, invalid("checksum_1")
	}
	if remainder(number, weights2) != 0 {
		return Identity{}, invalid("checksum_2")
	}
	return Identity{Number: number, Kind: FHNR}, nil
}

func identifyDated(number string) (Identity, error) {
	id := Identity{Number: number, Kind: FNR}
	dom, month, year, individual := atoi(number[0:2]), atoi(number[2:4]), atoi(number[4:6]), atoi(number[6:9])
	switch {
	case month > 80:
		id.Synthetic, month = Tenor, month-80
	case month > 65:
		id.Synthetic, month = NHN, month-65
	case month > 40:
		id.Kind, id.Synthetic, month = HNR, NAVOrHNR, month-40
	}
	if dom > 40 {
		id.Kind, dom = DNR, dom-40
	}
	// 2000 was a leap year, as every year of the 1900s and the 2000s that divides by four but 1900 itself.
	if _, err := day.Of(2000+year, month, dom); err != nil {
		return Identity{}, invalid("impossible_date")
	}
	first := remainder(number, weights1)
	if first > 3 {
		return Identity{}, invalid("checksum_1")
	}
	if remainder(number, weights2) != 0 {
		return Identity{}, invalid("checksum_2")
	}

	century := centuryOf(individual, year)
	born, err := day.Of(century+year, month, dom)
	switch {
	case first != 0, century == 0, year == 0 && err != nil:
		id.Rule2032 = true
		return id, nil
	case err == nil:
		id.Born = born
	}
	id.Sex = Female
	if individual%2 == 1 {
		id.Sex = Male
	}
	return id, nil
}

// centuryOf gives 1800, 1900 or 2000, and 0 for the numbers today's rule gives to nobody.
func centuryOf(individual, year int) int {
	switch {
	case individual <= 499:
		return 1900
	case individual <= 749 && year >= 54:
		return 1800
	case individual >= 900 && year >= 40:
		return 1900
	case year <= 39:
		return 2000
	}
	return 0
}

// The weights of the check digits, with the digit's own weight of 1 last: the weighted sum is then 0 modulo 11 when the
// digit is right. By the rule of 2032 the first may also leave 1, 2 or 3: k1 = {11, 12, 13, 14} - (sum mod 11).
var (
	weights1   = []int{3, 7, 6, 1, 8, 9, 4, 5, 2, 1}
	weights2   = []int{5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1}
	orgWeights = []int{3, 2, 7, 6, 5, 4, 3, 2, 1}
)

func remainder(number string, weights []int) int {
	sum := 0
	for i, w := range weights {
		sum += w * int(number[i]-'0')
	}
	return sum % 11
}

// A Policy is which numbers an installation takes for its patients. The zero Policy is for production: it takes real
// persons, and H-numbers although NAV's test persons look the same.
type Policy struct {
	AllowSynthetic bool    // test persons, and numbers by the rule of 2032 before their day: for tests and demonstrations
	On             day.Day // the day the number is used; zero: dates are not looked at
}

// Accept gives nil when a patient may be registered with id, and otherwise an *InvalidNumber.
func (p Policy) Accept(id Identity) error {
	switch {
	case id.Kind == OrgNr:
		return invalid("organisation")
	case !p.AllowSynthetic && (id.Synthetic == Tenor || id.Synthetic == NHN || id.Kind == DNR && id.Synthetic != ""):
		return invalid("synthetic", id.Synthetic)
	case !p.AllowSynthetic && id.Rule2032 && !p.On.IsZero() && p.On.Before(From2032):
		return invalid("not_yet_issued", From2032)
	case !p.On.IsZero() && id.Born.After(p.On):
		return invalid("born_later", p.On)
	}
	return nil
}

// MakeSynthetic makes the national identity number of a test person in the tax administration's series (month + 80), for
// demonstrations: the serial-th (from 0) of those for that day and sex, always the same. There are about 200 of each; it is
// false when there are no more, or for people born outside 1900-2039, for whom today's rule has no numbers.
func MakeSynthetic(born day.Day, serial int, female bool) (string, bool) {
	year, month, dom := born.Date()
	if born.IsZero() || year > 2039 || serial < 0 {
		return "", false
	}
	for individual := range 1000 {
		if (individual%2 == 0) != female || centuryOf(individual, year%100) != year-year%100 {
			continue
		}
		number := fmt.Sprintf("%02d%02d%02d%03d", dom, month+80, year%100, individual)
		first := (11 - remainder(number+"0", weights1)) % 11
		if first == 10 {
			continue
		}
		number += fmt.Sprint(first)
		second := (11 - remainder(number+"0", weights2)) % 11
		if second == 10 {
			continue
		}
		if serial == 0 {
			return number + fmt.Sprint(second), true
		}
		serial--
	}
	return "", false
}

// String tells the kind, never the number.
func (id Identity) String() string {
	if id.Synthetic != "" {
		return string(id.Kind) + " (" + string(id.Synthetic) + ")"
	}
	return string(id.Kind)
}

// Format keeps the number out of every verb of package fmt, %#v included.
func (id Identity) Format(f fmt.State, _ rune) { fmt.Fprint(f, id.String()) }

// LogValue keeps the number out of package slog.
func (id Identity) LogValue() slog.Value { return slog.StringValue(id.String()) }

func invalid(code string, args ...any) error { return &InvalidNumber{code, args} }

func atoi(digits string) int {
	v := 0
	for i := range len(digits) {
		v = 10*v + int(digits[i]-'0')
	}
	return v
}
