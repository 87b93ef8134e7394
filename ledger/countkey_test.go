package ledger

import (
	"reflect"
	"testing"

	"rettid/day"
)

// Every field of a query is in the key of its count, but those that choose and order the page: a field that comes to be is not forgotten.
func TestCountKeyTellsEveryField(t *testing.T) {
	aside := map[string]bool{"Sort": true, "Desc": true, "Limit": true, "Offset": true, "After": true, "NoTotal": true, "Lines": true, "Skipped": true}
	seen := map[string]string{Query{}.CountKey(): "none"}
	var set func(name string, v reflect.Value, key func() string)
	set = func(name string, v reflect.Value, key func() string) {
		switch x := v.Addr().Interface().(type) {
		case *day.Day:
			*x = day.On(2025, 4, 22)
		case *day.Period:
			for i := range v.NumField() {
				set(name+"."+v.Type().Field(i).Name, v.Field(i), key)
			}
			return
		default:
			switch v.Kind() {
			case reflect.String:
				v.SetString("x")
			case reflect.Int64:
				v.SetInt(7)
			case reflect.Slice:
				v.Set(reflect.MakeSlice(v.Type(), 1, 1))
				set(name+"[0]", v.Index(0), key)
				v.SetZero()
				return
			case reflect.Struct:
				for i := range v.NumField() {
					set(name+"."+v.Type().Field(i).Name, v.Field(i), key)
				}
				return
			default:
				t.Fatalf("%s is a %s: say how the key tells it", name, v.Kind())
			}
		}
		if other, ok := seen[key()]; ok {
			t.Errorf("%s has the key of %s", name, other)
		}
		seen[key()] = name
		v.SetZero()
	}
	var q Query
	v := reflect.ValueOf(&q).Elem()
	for i := range v.NumField() {
		if name := v.Type().Field(i).Name; !aside[name] {
			set(name, v.Field(i), func() string { return q.CountKey() })
		}
	}
	if q.Sort, q.Limit = "left", 50; q.CountKey() != (Query{}).CountKey() {
		t.Error("the page is told")
	}
	// What one text ends with is not what the next begins with.
	a, b := Query{Tenants: []string{"a", "b"}}, Query{Tenants: []string{"a1:b"}}
	if a.CountKey() == b.CountKey() {
		t.Error("two tenants are one")
	}
}
