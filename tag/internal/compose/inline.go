package compose

func inlineCSS(source string) (string, error) { return source, nil }
