package fhir

import (
	"strings"
)

// The systems of numbers, as the ends of their object identifiers (urn:oid:2.16.578.1.12.4.1.…).
const (
	sysFNR   = "4.1"
	sysDNR   = "4.2"
	sysFHN   = "4.3"
	sysHPR   = "4.4"
	sysOrgNr = "4.101"
	sysRESH  = "4.102"
	sysHER   = "2"
)

const (
	oidNumbers = "urn:oid:2.16.578.1.12.4.1."
	oidLists   = "urn:oid:2.16.578.1.12.4.1.1."
	hnLists    = "http://helsenorge.no/fhir/CodeSystem/no-kodeverk-"
	extensions = "http://helsenorge.no/fhir/StructureDefinition/"
	profileSR  = extensions + "hn-basis-serviceRequest"
	profile    = "hn-basis-serviceRequest"
)

// named are the names of systems that are not object identifiers.
var named = map[string]string{
	"http://hl7.no/fhir/NamingSystem/FNR": sysFNR, "http://hl7.no/fhir/NamingSystem/DNR": sysDNR, "http://hl7.no/fhir/NamingSystem/FHNR": sysFHN,
	"http://hl7.no/fhir/NamingSystem/HPR": sysHPR, "http://hl7.no/fhir/NamingSystem/RESHid": sysRESH, "http://hl7.no/fhir/NamingSystem/HERid": sysHER,
	"http://data.brreg.no/begrep/28155": sysOrgNr,
}

// numbers gives which register gives the numbers of a system, "" for one not known.
func numbers(system Str) string {
	if s, ok := named[string(system)]; ok {
		return s
	}
	s, _ := strings.CutPrefix(string(system), oidNumbers)
	if s == string(system) {
		return ""
	}
	return s
}

// list gives the number of a code list ("8451") in either form of its name, "" for other systems.
func list(system Str) string {
	s := string(system)
	if n, ok := strings.CutPrefix(s, oidLists); ok {
		return n
	}
	if n, ok := strings.CutPrefix(s, hnLists); ok {
		return strings.TrimSuffix(n, ".codesystem")
	}
	return ""
}

// code finds the code of a list among concepts, "" when there is none.
func code(number string, concepts ...CodeableConcept) string {
	for _, c := range concepts {
		for _, k := range c.Coding {
			if list(k.System) == number && k.Code != "" {
				return string(k.Code)
			}
		}
	}
	return ""
}

// icd10 finds a diagnosis in ICD-10 (list 7110) among concepts.
func icd10(concepts []CodeableConcept) string {
	if c := code("7110", concepts...); c != "" {
		return c
	}
	for _, c := range concepts {
		for _, k := range c.Coding {
			if strings.HasPrefix(string(k.System), "http://hl7.org/fhir/sid/icd-10") {
				return string(k.Code)
			}
		}
	}
	return ""
}
