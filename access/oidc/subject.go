package oidc

import (
	"fmt"
	"log/slog"
)

// A Subject is the one who signed in, as the issuer tells. Formatting it shows the issuer alone.
type Subject struct {
	Issuer, ID          string
	Pid                 string // national identity number or D-number; may be empty for staff
	HPR                 string // number in the register of health personnel; HelseID alone
	OrgParent, OrgChild string // organisation numbers of the client (HelseID)
	Network             string // internett or helsenett (HelseID)
	Locale              string // nb, nn, en, se (ID-porten)
}

// String tells the issuer, never who.
func (s Subject) String() string { return "somebody signed in at " + s.Issuer }

// Format keeps the numbers out of every verb of package fmt, %#v included.
func (s Subject) Format(f fmt.State, _ rune) { fmt.Fprint(f, s.String()) }

// LogValue keeps the numbers out of package slog.
func (s Subject) LogValue() slog.Value { return slog.StringValue(s.String()) }

// claims are what is read from an ID token besides what every such token has: of HelseID (utviklerportal.nhn.no, «Claims») and
// ID-porten (docs.digdir.no, «ID-token»).
type claims struct {
	Party string `json:"azp"`

	HelseIDPid    string `json:"helseid://claims/identity/pid"`
	SecurityLevel string `json:"helseid://claims/identity/security_level"`
	Assurance     string `json:"helseid://claims/identity/assurance_level"`
	Network       string `json:"helseid://claims/identity/network"`
	HPR           string `json:"helseid://claims/hpr/hpr_number"`
	OrgParent     string `json:"helseid://claims/client/claims/orgnr_parent"`
	OrgChild      string `json:"helseid://claims/client/claims/orgnr_child"`

	IDPortenPid string `json:"pid"`
	Level       string `json:"acr"`
	Locale      string `json:"locale"`
}

// strong tells whether the user was identified as strongly as health data ask for: level 4 and high at HelseID, high at
// ID-porten. What the token does not tell is not taken for granted.
func (c Config) strong(t claims) bool {
	if c.Kind == HelseID {
		return t.SecurityLevel == "4" && t.Assurance == "high"
	}
	return t.Level == idportenHigh
}
