package tag

import (
	"fmt"
	"html/template"
	"maps"
	texttemplate "text/template"
	"text/template/parse"
)

// printerPrefix begins the names that printers have in a page, where those without it
// are text/template's own.
const printerPrefix = "_mail_"

// printers are the functions that print anything, as mail has them: text/template's
// print a nil as <nil> or <no value>, and a key made of it would be that of another
// mail, which the queue drops.
var printers = texttemplate.FuncMap{
	"print": printer(fmt.Sprint), "println": printer(fmt.Sprintln), "printf": printFormatted,
	"html": printer(texttemplate.HTMLEscaper), "js": printer(texttemplate.JSEscaper), "urlquery": printer(texttemplate.URLQueryEscaper),
	"toString": toString,
}

// printer returns a function that prints its arguments, of which none is nil.
func printer(print func(...any) string) any {
	return func(args ...any) (string, error) {
		if err := checkGiven(args...); err != nil { // before print: text/template's escapers change their arguments
			return "", err
		}
		return print(args...), nil
	}
}

func printFormatted(format string, args ...any) (string, error) {
	return fmt.Sprintf(format, args...), checkGiven(args...)
}

var sprigToString = authorFuncs()["toString"].(func(any) string)

func toString(v any) (string, error) { return sprigToString(v), checkGiven(v) }

// usePrinters makes the calls of printers in the value of a word those that mail has:
// the page executes it.
func usePrinters(value parse.Node) {
	eachNode(value, func(n parse.Node) {
		if id, ok := n.(*parse.IdentifierNode); ok && printers[id.Ident] != nil {
			id.Ident = printerPrefix + id.Ident
		}
	})
}

// pagePrinters returns the printers under the names that pages call. Those of the
// application win.
func pagePrinters(own template.FuncMap) template.FuncMap {
	all := maps.Clone(printers)
	maps.Copy(all, own)
	funcs := template.FuncMap{}
	for name := range printers {
		funcs[printerPrefix+name] = all[name]
	}
	return funcs
}
