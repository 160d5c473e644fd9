// Answers the conformance protocol with encoding/json alone, as a receiver does that unmarshals a body
// into structs: it reads and does not validate. expected-failures.txt lists what that gets wrong.
//
//	go build -o adapter . && kvs-schema conformance --expected-failures expected-failures.txt -- ./adapter
package main

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
)

type question struct {
	Cmd string `json:"cmd"`
	Seq string `json:"seq"`
	Raw []byte `json:"raw"` // base64
}

type answer struct {
	Seq      string  `json:"seq"`
	Tolerant bool    `json:"tolerant"`
	TaskID   *string `json:"task_id,omitempty"`
	Status   *int    `json:"status,omitempty"`
}

type skipped struct {
	Seq     string `json:"seq"`
	Skipped bool   `json:"skipped"`
	Message string `json:"message"`
}

type callback struct {
	TaskID  string
	Status  int
	Type    string
	Details details
}

type details struct {
	Errnum int             `json:"errnum"`
	Items  json.RawMessage `json:"items"`
}

type output struct {
	Dstpath       string `json:"dstpath"`
	Metainfo      string `json:"metainfo"`
	OutMediainfo  string `json:"outMediainfo"`
	Segmentsinfo  string `json:"segmentsinfo"`
	Thumnailsinfo string `json:"thumnailsinfo"`
}

type media struct {
	Format struct {
		Name string      `json:"format_name"`
		Size json.Number `json:"size"`
	} `json:"format"`
}

type part struct {
	Index int `json:"fileindex"`
}

// outputs reads items, which is an array or one object.
func outputs(items json.RawMessage) ([]output, error) {
	if len(items) == 0 {
		return nil, nil
	}
	var many []output
	if items[0] == '[' {
		return many, json.Unmarshal(items, &many)
	}
	var one output
	err := json.Unmarshal(items, &one)
	return []output{one}, err
}

// open reads a string that contains JSON, if it contains something.
func open(text string, value any) error {
	if text == "" {
		return nil
	}
	return json.Unmarshal([]byte(text), value)
}

func read(body []byte) (*callback, error) {
	var found callback
	if err := json.Unmarshal(body, &found); err != nil {
		return nil, err
	}
	all, err := outputs(found.Details.Items)
	if err != nil {
		return nil, err
	}
	for _, one := range all {
		for _, text := range []string{one.Metainfo, one.OutMediainfo} {
			if err := open(text, &media{}); err != nil {
				return nil, err
			}
		}
		for _, text := range []string{one.Segmentsinfo, one.Thumnailsinfo} {
			if err := open(text, &[]part{}); err != nil {
				return nil, err
			}
		}
	}
	return &found, nil
}

func reply(asked question) any {
	if asked.Cmd == "start" {
		return map[string]any{
			"version":        1,
			"implementation": map[string]string{"language": "go", "name": "encoding/json"},
		}
	}
	if !strings.HasPrefix(asked.Seq, "raw/") {
		return skipped{asked.Seq, true, "reads, and does not validate"}
	}
	found, err := read(asked.Raw)
	if err != nil || found.TaskID == "" || found.Status < 2 || found.Status > 4 {
		return answer{Seq: asked.Seq}
	}
	return answer{asked.Seq, true, &found.TaskID, &found.Status}
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	answers := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var asked question
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			panic(err)
		}
		if err := answers.Encode(reply(asked)); err != nil {
			panic(err)
		}
	}
}
