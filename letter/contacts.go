package letter

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
)

// Contacts are what letters tell of phones, addresses and the house's own times: configuration, never code.
type Contacts struct {
	EmergencyPhone   string // national emergency number
	HelfoPhone       string // Helfo's line for breaches
	ChoicePhone      string // choice of treatment place
	ChoiceURL        string
	OmbudPhone       string // where the patient's county has none of its own
	GovernorName     string
	GovernorAddress  string
	ComplaintAddress string // of the deciding hospital
	ComplaintPortal  string // empty: the line is left out
	NoInterpreter    bool   // interpreters are not offered
	ExpectDays       int    // days within which the patient should have heard of a time, when nobody says another day
	ComplaintDays    int    // days within which a complaint is answered
	ReplyChannel     string // the secure message a referrer answers by
	ReplyAddress     string // the secure address a patient answers by
	PracticalText    string // fixed text of the house; empty: left out
	Counties         map[string]County
}

// County holds what differs between the counties, by county number.
type County struct{ OmbudPhone, GovernorName, GovernorAddress string }

// DemoContacts gives contacts that are nobody's: numbers that can't be called and addresses that are reserved for examples. The emergency number
// alone is the real one.
func DemoContacts() *Contacts {
	return &Contacts{
		EmergencyPhone: "113", HelfoPhone: "00 00 00 01", ChoicePhone: "00 00 00 02", ChoiceURL: "velg.example", OmbudPhone: "00 00 00 03",
		GovernorName: "Statsforvalteren i Eventyrfylket", GovernorAddress: "Postboks 0, 0000 Eventyrbyen",
		ComplaintAddress: "Klagekontoret, Postboks 0, 0000 Eksempelbyen", ComplaintPortal: "klage.example", ExpectDays: 28, ComplaintDays: 28,
		ReplyChannel: "dialogmelding", ReplyAddress: "svar.example",
	}
}

// A ContactSetting describes one setting of the letters.
type ContactSetting struct {
	Key, Default, Says string
	at                 func(*Contacts) *string
	days               func(*Contacts) *int
}

// ContactSettings lists every setting with its demonstration value. The values of a county are set by letter.county.NUMBER.ombud_phone,
// .governor_name and .governor_address.
func ContactSettings() []ContactSetting {
	all := []ContactSetting{
		{Key: "letter.emergency_phone", Says: "the national emergency number", at: func(c *Contacts) *string { return &c.EmergencyPhone }},
		{Key: "letter.helfo_phone", Says: "Helfo's line for breaches of the deadline", at: func(c *Contacts) *string { return &c.HelfoPhone }},
		{Key: "letter.choice_phone", Says: "the line for choice of treatment place", at: func(c *Contacts) *string { return &c.ChoicePhone }},
		{Key: "letter.choice_url", Says: "the address for choice of treatment place", at: func(c *Contacts) *string { return &c.ChoiceURL }},
		{Key: "letter.ombud_phone", Says: "the patient ombud, where the patient's county has none of its own", at: func(c *Contacts) *string { return &c.OmbudPhone }},
		{Key: "letter.governor_name", Says: "the County Governor, where the patient's county has none of its own", at: func(c *Contacts) *string { return &c.GovernorName }},
		{Key: "letter.governor_address", Says: "the County Governor's address", at: func(c *Contacts) *string { return &c.GovernorAddress }},
		{Key: "letter.complaint_address", Says: "where complaints are sent: the deciding hospital", at: func(c *Contacts) *string { return &c.ComplaintAddress }},
		{Key: "letter.complaint_portal", Says: "where one complains online; empty leaves the line out", at: func(c *Contacts) *string { return &c.ComplaintPortal }},
		{Key: "letter.reply_channel", Says: "the secure message a referrer answers by", at: func(c *Contacts) *string { return &c.ReplyChannel }},
		{Key: "letter.reply_address", Says: "the secure address a patient answers by", at: func(c *Contacts) *string { return &c.ReplyAddress }},
		{Key: "letter.practical_text", Says: "practical information in letters with a time; empty leaves it out", at: func(c *Contacts) *string { return &c.PracticalText }},
		{Key: "letter.expect_days", Says: "days within which the patient should have heard of a time that follows, when nobody says another day", days: func(c *Contacts) *int { return &c.ExpectDays }},
		{Key: "letter.complaint_days", Says: "days within which a complaint is answered", days: func(c *Contacts) *int { return &c.ComplaintDays }},
		{Key: "letter.interpreter", Says: "true when letters offer an interpreter"},
	}
	demo := DemoContacts()
	for i := range all {
		all[i].Default = all[i].get(demo)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Key < all[j].Key })
	return all
}

// Of reads the setting of some contacts, as Set takes it.
func (s *ContactSetting) Of(c *Contacts) string { return s.get(c) }

func (s *ContactSetting) get(c *Contacts) string {
	switch {
	case s.at != nil:
		return *s.at(c)
	case s.days != nil:
		return strconv.Itoa(*s.days(c))
	}
	return strconv.FormatBool(!c.NoInterpreter)
}

// Set changes one setting by its key. An unknown key, or a value it can't have, is an error that says what is allowed.
func (c *Contacts) Set(key, value string) error {
	value = strings.TrimSpace(value)
	if number, field, ok := strings.Cut(strings.TrimPrefix(key, "letter.county."), "."); ok && strings.HasPrefix(key, "letter.county.") {
		return c.setCounty(key, number, field, value)
	}
	for _, s := range ContactSettings() {
		if s.Key != key {
			continue
		}
		switch {
		case s.at != nil:
			if strings.ContainsAny(value, "\r\n") || len(value) > 1000 {
				return fmt.Errorf("setting %s: one line of at most 1000 bytes is allowed", key)
			}
			*s.at(c) = value
		case s.days != nil:
			n, err := strconv.Atoi(value)
			if err != nil || n < 1 || n > 365 {
				return fmt.Errorf("setting %s: %q is not a whole number from 1 to 365", key, value)
			}
			*s.days(c) = n
		default:
			on, err := strconv.ParseBool(value)
			if err != nil {
				return fmt.Errorf("setting %s: %q is neither true nor false", key, value)
			}
			c.NoInterpreter = !on
		}
		return nil
	}
	return fmt.Errorf("there is no setting %q of letters", key)
}

func (c *Contacts) setCounty(key, number, field, value string) error {
	if len(number) != 2 || strings.Trim(number, "0123456789") != "" {
		return fmt.Errorf("setting %s: %q is no county number; it has two digits", key, number)
	}
	county := c.Counties[number]
	switch field {
	case "ombud_phone":
		county.OmbudPhone = value
	case "governor_name":
		county.GovernorName = value
	case "governor_address":
		county.GovernorAddress = value
	default:
		return fmt.Errorf("setting %s: a county has ombud_phone, governor_name and governor_address", key)
	}
	next := make(map[string]County, len(c.Counties)+1)
	for k, v := range c.Counties {
		next[k] = v
	}
	next[number] = county
	c.Counties = next
	return nil
}

// of finds what holds for a county.
func (c *Contacts) of(county string) County {
	out := c.Counties[county]
	if out.OmbudPhone == "" {
		out.OmbudPhone = c.OmbudPhone
	}
	if out.GovernorName == "" || out.GovernorAddress == "" {
		out.GovernorName, out.GovernorAddress = c.GovernorName, c.GovernorAddress
	}
	return out
}
