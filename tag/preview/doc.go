// Package preview shows every mail of a [tag.Set] with sample data: its HTML at the
// width of a phone and of a desktop, its text, headers, links, files, envelope and
// source, and the mail itself for download.
//
// It is an http.Handler for the author of the templates, to be mounted while
// developing:
//
//	pages, err := preview.New(set, preview.Config{
//		Prefix:    "/mails",
//		Authorize: func(r *http.Request) bool { return developing },
//		Samples:   []preview.Sample{{Template: "order.html", Data: order}},
//		Files:     os.DirFS("templates"),
//		Reload:    true,
//	})
//	mux.Handle("/mails/", pages)
//
// The first page lists every sendmail block and every mail template of the set, by
// file and line, with the mails that the samples made there. A block that no sample
// sends is listed too, with what is missing.
//
// # Samples
//
// A sample is the data of one page or mail template: a [Sample] with Go values, or
// a JSON file beside the template. Only a Sample has the options of Set.Send, which a
// mail template needs that names no recipient. The JSON file has the template's name and .json;
// a name of the sample, without dots, may stand before that, and a locale behind @:
//
//	order.html              the template
//	order.html.json         its only sample
//	order.html.paid.json    the sample "paid"
//	order.html.paid@de.json the same in German
//
// Samples of a template that have the same name and another locale are switched
// between on the page of the mail. JSON files are read again for each page, and need
// no restart. In them, a whole number is an int, one with a point or an exponent is
// a float64, an object is a map[string]any, and a date is a string: a template that
// calls methods, or formats a time, wants a Sample with Go values.
//
// # Who sees it
//
// The handler is registered nowhere by itself, and closed until Config.Authorize
// opens it. It answers paths below its Prefix only, and only requests to this
// machine: by a loopback address, or by a name in Config.Hosts. So a page of another
// site that a developer visits cannot read it under a name of its own (DNS
// rebinding), and a handler that was left in a released program does not answer to
// its name. It answers GET and HEAD, changes nothing, and sends nothing: pages
// are executed outside of any transaction.
//
// A mail can hold anything. Its HTML is shown in a frame without scripts, forms,
// links that lead away, or pictures from elsewhere; the choice "Remote images"
// permits the latter for one look. A link that the reader clicks there leads nowhere,
// but a browser may connect to its host when the button goes down: see where it leads
// under Links instead. Every other word is escaped, and files are only
// ever downloaded.
//
// What not to do: do not give samples with the data of real people, do not let
// Authorize return true where strangers come by, and do not take the functions that
// your templates call for harmless: they run.
package preview
