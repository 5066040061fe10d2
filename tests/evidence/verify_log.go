// Verifies a published log with the Go project's own implementation of checksum database logs, which nobody here
// wrote: signatures (sumdb/note), inclusion of every entry, and consistency between all checkpoints (sumdb/tlog).
//
//	verify_log KEY LOG [OLDER-CHECKPOINT...]     prints "ok SIZE ROOT"
//	verify_log --receipt KEY RECEIPT             prints "ok INDEX SIZE"
//
// LOG is a directory or an address, such as http://127.0.0.1:8080/v1/salon/log. There, checkpoint and hash tiles are asked
// for without a token, and entries with the one in KARTEI_TOKEN. SSL_CERT_FILE names the certificate to trust.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func fail(format string, arguments ...interface{}) {
	fmt.Fprintf(os.Stderr, format+"\n", arguments...)
	os.Exit(1)
}

func must(err error, doing string) {
	if err != nil {
		fail("%s: %v", doing, err)
	}
}

// The checkpoint in a note. (tlog.ParseTree insists on Go's own origin, so the three lines are read here.)
func openCheckpoint(message []byte, verifier note.Verifier) tlog.Tree {
	opened, err := note.Open(message, note.VerifierList(verifier))
	must(err, "note")
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		fail("the checkpoint is not of %s", verifier.Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err, "size")
	root, err := tlog.ParseHash(lines[2])
	must(err, "root")
	return tlog.Tree{N: size, Hash: root}
}

// A log's files as C2SP tlog-tiles lays them out, by their paths: "checkpoint", "tile/0/001".
type logFiles struct {
	read func(path string) ([]byte, error)
}

func openLog(where string) logFiles {
	if !strings.HasPrefix(where, "http://") && !strings.HasPrefix(where, "https://") {
		return logFiles{func(path string) ([]byte, error) { return os.ReadFile(filepath.Join(where, path)) }}
	}
	return logFiles{func(path string) ([]byte, error) {
		request, err := http.NewRequest(http.MethodGet, where+"/"+path, nil)
		if err != nil {
			return nil, err
		}
		if token := os.Getenv("KARTEI_TOKEN"); token != "" && strings.HasPrefix(path, "tile/entries/") {
			request.Header.Set("Authorization", "Bearer "+token)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return nil, err
		}
		defer response.Body.Close()
		if response.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("%s: %s", path, response.Status)
		}
		return io.ReadAll(response.Body)
	}}
}

func (f logFiles) Height() int                                { return 8 }
func (f logFiles) SaveTiles(tiles []tlog.Tile, data [][]byte) {}
func (f logFiles) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		// Go writes the height first: tile/8/0/001; C2SP leaves it out.
		data, err := f.read("tile/" + strings.TrimPrefix(tile.Path(), "tile/8/"))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func (f logFiles) entries(tree tlog.Tree, take func(first int64, bundle [][]byte)) {
	for first := int64(0); first < tree.N; first += 256 {
		tile := tlog.Tile{H: 8, L: 0, N: first / 256, W: 256}
		if tree.N-first < 256 {
			tile.W = int(tree.N - first)
		}
		path := "tile/entries/" + strings.TrimPrefix(tile.Path(), "tile/8/0/")
		data, err := f.read(path)
		must(err, "entries")
		var bundle [][]byte
		for i := 0; i < tile.W; i++ {
			length := int(binary.BigEndian.Uint16(data))
			bundle = append(bundle, data[2:2+length])
			data = data[2+length:]
		}
		if len(data) != 0 {
			fail("%s: bytes after the last entry", path)
		}
		take(first, bundle)
	}
}

func verifyReceipt(verifier note.Verifier, file string) {
	text, err := os.ReadFile(file)
	must(err, "receipt")
	parts := bytes.SplitN(text, []byte("\n\n"), 2)
	lines := strings.Split(string(parts[0]), "\n")
	if len(parts) != 2 || lines[0] != "c2sp.org/tlog-proof@v1" || !strings.HasPrefix(lines[1], "extra ") {
		fail("no receipt")
	}
	entry, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	must(err, "entry")
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	must(err, "index")
	var proof tlog.RecordProof
	for _, line := range lines[3:] {
		hash, err := tlog.ParseHash(line)
		must(err, "hash")
		proof = append(proof, hash)
	}
	tree := openCheckpoint(parts[1], verifier)
	must(tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry)), "inclusion")
	fmt.Println("ok", index, tree.N)
}

func main() {
	arguments := os.Args[1:]
	receipt := arguments[0] == "--receipt"
	if receipt {
		arguments = arguments[1:]
	}
	verifier, err := note.NewVerifier(arguments[0])
	must(err, "key")
	if receipt {
		verifyReceipt(verifier, arguments[1])
		return
	}
	files := openLog(arguments[1])
	message, err := files.read("checkpoint")
	must(err, "checkpoint")
	tree := openCheckpoint(message, verifier)
	hashes := tlog.TileHashReader(tree, files)
	root, err := tlog.TreeHash(tree.N, hashes)
	must(err, "tree")
	if tree.N != 0 && root != tree.Hash {
		fail("the tiles do not give the root")
	}
	files.entries(tree, func(first int64, bundle [][]byte) {
		// Every entry's hash, which the reader proves to be the tree's; and of one in each bundle the proof itself.
		var indexes []int64
		for i := range bundle {
			indexes = append(indexes, tlog.StoredHashIndex(0, first+int64(i)))
		}
		leaves, err := hashes.ReadHashes(indexes)
		must(err, "leaves")
		for i, entry := range bundle {
			if tlog.RecordHash(entry) != leaves[i] {
				fail("entry %d is not the tree's", first+int64(i))
			}
		}
		proof, err := tlog.ProveRecord(tree.N, first, hashes)
		must(err, "proof")
		must(tlog.CheckRecord(proof, tree.N, tree.Hash, first, tlog.RecordHash(bundle[0])), fmt.Sprint("entry ", first))
	})
	for _, file := range arguments[2:] {
		message, err := os.ReadFile(file)
		must(err, "older checkpoint")
		older := openCheckpoint(message, verifier)
		if older.N == 0 {
			continue // every log has grown out of the empty one
		}
		proof, err := tlog.ProveTree(tree.N, older.N, hashes)
		must(err, file)
		must(tlog.CheckTree(proof, tree.N, tree.Hash, older.N, older.Hash), file)
	}
	fmt.Println("ok", tree.N, tree.Hash)
}
