// Package fhir is the door for machines that speak FHIR R4: resources are read as referrals to take over, in JSON or XML, single, in a Bundle of any type or one
// a line (NDJSON).
//
// The structs hold what is read and nothing else; elements not known are left alone. The profile hn-basis-serviceRequest is held to strictly where it
// makes demands ([Reader]), and what it does not say is not asked for.
//
// What never happens here: no rule of law is applied, no date is computed, and no name, identity number or text of a patient stands in a message.
package fhir

import (
	"encoding/json"
	"encoding/xml"
)

// Str is a primitive: a JSON string, or the value attribute of an XML element.
type Str string

// UnmarshalXML reads <element value="…">, and leaves what stands inside it.
func (s *Str) UnmarshalXML(d *xml.Decoder, start xml.StartElement) error {
	for _, a := range start.Attr {
		if a.Name.Local == "value" {
			*s = Str(a.Value)
		}
	}
	return d.Skip()
}

// ServiceRequest is a referral (hn-basis-serviceRequest).
type ServiceRequest struct {
	ResourceType  Str               `json:"resourceType" xml:"-"`
	ID            Str               `json:"id" xml:"id"`
	Meta          Meta              `json:"meta" xml:"meta"`
	Extension     []Extension       `json:"extension" xml:"extension"`
	Contained     []Contained       `json:"contained" xml:"contained"`
	Identifier    []Identifier      `json:"identifier" xml:"identifier"`
	Status        Str               `json:"status" xml:"status"`
	Intent        Str               `json:"intent" xml:"intent"`
	Priority      Str               `json:"priority" xml:"priority"`
	Category      []CodeableConcept `json:"category" xml:"category"`
	Code          CodeableConcept   `json:"code" xml:"code"`
	OrderDetail   []CodeableConcept `json:"orderDetail" xml:"orderDetail"`
	Subject       *Reference        `json:"subject" xml:"subject"`
	AuthoredOn    Str               `json:"authoredOn" xml:"authoredOn"`
	Requester     Reference         `json:"requester" xml:"requester"`
	PerformerType CodeableConcept   `json:"performerType" xml:"performerType"`
	Performer     []Reference       `json:"performer" xml:"performer"`
	LocationCode  []CodeableConcept `json:"locationCode" xml:"locationCode"`
	ReasonCode    []CodeableConcept `json:"reasonCode" xml:"reasonCode"`
	Note          []Annotation      `json:"note" xml:"note"`
}

// Patient is a patient (no-basis-Patient).
type Patient struct {
	ID            Str          `json:"id" xml:"id"`
	Identifier    []Identifier `json:"identifier" xml:"identifier"`
	Name          []HumanName  `json:"name" xml:"name"`
	Telecom       []Contact    `json:"telecom" xml:"telecom"`
	Gender        Str          `json:"gender" xml:"gender"`
	BirthDate     Str          `json:"birthDate" xml:"birthDate"`
	Address       []Address    `json:"address" xml:"address"`
	Communication []struct {
		Language  CodeableConcept `json:"language" xml:"language"`
		Preferred Flag            `json:"preferred" xml:"preferred"`
	} `json:"communication" xml:"communication"`
}

// Party is an organization, a service, or a practitioner in a role: what is read to find a provider or a referrer's profession.
type Party struct {
	ID                   Str               `json:"id" xml:"id"`
	Identifier           []Identifier      `json:"identifier" xml:"identifier"`
	Organization         Reference         `json:"organization" xml:"organization"`
	ProvidedBy           Reference         `json:"providedBy" xml:"providedBy"`
	ManagingOrganization Reference         `json:"managingOrganization" xml:"managingOrganization"`
	Practitioner         Reference         `json:"practitioner" xml:"practitioner"`
	Code                 json.RawMessage   `json:"code" xml:"-"`
	CodeXML              []CodeableConcept `json:"-" xml:"code"`
	Qualification        []struct {
		Code CodeableConcept `json:"code" xml:"code"`
	} `json:"qualification" xml:"qualification"`
}

// Contained is a resource inside another.
type Contained struct {
	Patient           *Patient `xml:"Patient"`
	Organization      *Party   `xml:"Organization"`
	HealthcareService *Party   `xml:"HealthcareService"`
	PractitionerRole  *Party   `xml:"PractitionerRole"`
	Practitioner      *Party   `xml:"Practitioner"`
}

// UnmarshalJSON reads the kinds that matter.
func (c *Contained) UnmarshalJSON(b []byte) error {
	var kind struct {
		ResourceType string `json:"resourceType"`
	}
	if err := json.Unmarshal(b, &kind); err != nil {
		return err
	}
	switch kind.ResourceType {
	case "Patient":
		c.Patient = new(Patient)
		return json.Unmarshal(b, c.Patient)
	case "Organization":
		c.Organization = new(Party)
		return json.Unmarshal(b, c.Organization)
	case "HealthcareService":
		c.HealthcareService = new(Party)
		return json.Unmarshal(b, c.HealthcareService)
	case "PractitionerRole":
		c.PractitionerRole = new(Party)
		return json.Unmarshal(b, c.PractitionerRole)
	case "Practitioner":
		c.Practitioner = new(Party)
		return json.Unmarshal(b, c.Practitioner)
	}
	return nil
}

// party gives the contained party, whichever kind it is.
func (c *Contained) party() *Party {
	for _, p := range []*Party{c.Organization, c.HealthcareService, c.PractitionerRole, c.Practitioner} {
		if p != nil {
			return p
		}
	}
	return nil
}

// Meta tells which profiles a resource claims.
type Meta struct {
	Profile     []Str `json:"profile" xml:"profile"`
	LastUpdated Str   `json:"lastUpdated" xml:"lastUpdated"`
}

// Extension is an extension with the kinds of values that are read.
type Extension struct {
	URL                  Str              `json:"url" xml:"-"`
	Attr                 string           `json:"-" xml:"url,attr"`
	ValueDateTime        Str              `json:"valueDateTime" xml:"valueDateTime"`
	ValueDate            Str              `json:"valueDate" xml:"valueDate"`
	ValueString          Str              `json:"valueString" xml:"valueString"`
	ValueCodeableConcept *CodeableConcept `json:"valueCodeableConcept" xml:"valueCodeableConcept"`
	ValueCoding          *Coding          `json:"valueCoding" xml:"valueCoding"`
	Extension            []Extension      `json:"extension" xml:"extension"`
}

// url gives the extension's name, whichever format it came in.
func (e *Extension) url() string {
	if e.URL != "" {
		return string(e.URL)
	}
	return e.Attr
}

// Identifier is a number with the system that gave it.
type Identifier struct {
	Use      Str             `json:"use" xml:"use"`
	Type     CodeableConcept `json:"type" xml:"type"`
	System   Str             `json:"system" xml:"system"`
	Value    Str             `json:"value" xml:"value"`
	Assigner *struct {
		Display Str `json:"display" xml:"display"`
	} `json:"assigner" xml:"assigner"`
}

// Reference points at another resource, or names it by a number.
type Reference struct {
	Reference  Str         `json:"reference" xml:"reference"`
	Type       Str         `json:"type" xml:"type"`
	Identifier *Identifier `json:"identifier" xml:"identifier"`
}

// CodeableConcept is one meaning in several code systems.
type CodeableConcept struct {
	Coding []Coding `json:"coding" xml:"coding"`
	Text   Str      `json:"text" xml:"text"`
}

// Coding is a code in a system.
type Coding struct {
	System Str `json:"system" xml:"system"`
	Code   Str `json:"code" xml:"code"`
}

// Annotation is a note.
type Annotation struct {
	Text Str `json:"text" xml:"text"`
}

// HumanName is a name (no-basis-HumanName).
type HumanName struct {
	Use       Str         `json:"use" xml:"use"`
	Text      Str         `json:"text" xml:"text"`
	Family    Str         `json:"family" xml:"family"`
	Given     []Str       `json:"given" xml:"given"`
	Extension []Extension `json:"extension" xml:"extension"`
}

// Contact is a telephone number or the like.
type Contact struct {
	System Str `json:"system" xml:"system"`
	Value  Str `json:"value" xml:"value"`
}

// Address is an address (no-basis-Address); the municipality is an extension of its district.
type Address struct {
	Use        Str         `json:"use" xml:"use"`
	Line       []Str       `json:"line" xml:"line"`
	City       Str         `json:"city" xml:"city"`
	District   Str         `json:"district" xml:"-"`
	More       *Element    `json:"_district" xml:"-"`
	DistrictX  *Element    `json:"-" xml:"district"`
	PostalCode Str         `json:"postalCode" xml:"postalCode"`
	Extension  []Extension `json:"extension" xml:"extension"`
}

// Element is what a primitive holds beside its value.
type Element struct {
	Extension []Extension `json:"extension" xml:"extension"`
}

// Flag is a boolean.
type Flag bool

// UnmarshalXML reads <element value="true">.
func (f *Flag) UnmarshalXML(d *xml.Decoder, start xml.StartElement) error {
	for _, a := range start.Attr {
		if a.Name.Local == "value" {
			*f = a.Value == "true"
		}
	}
	return d.Skip()
}
