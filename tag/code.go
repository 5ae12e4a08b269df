package tag

// A Code is the name of a kind of [Mistake]. It names the constant that explains
// it: go doc tag.ErrNoColon shows an example of that mistake and says what to write
// instead. In what the constants quote, … stands for a part that differs.
type Code string
