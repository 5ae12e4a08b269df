package storetest

// RuleNames is for the test that each rule has a store that breaks it.
func RuleNames() (names []string) {
	for _, r := range rules {
		names = append(names, r.name)
	}
	return names
}
