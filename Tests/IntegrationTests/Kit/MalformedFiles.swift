import Foundation

/// Sweep files that must be refused, each with words of its sentence.
enum MalformedFiles {
    struct Example {
        let name: String
        let content: Data
        let words: String

        init(_ name: String, _ content: Data, _ words: String) {
            (self.name, self.content, self.words) = (name, content, words)
        }

        init(_ name: String, _ text: String, _ words: String) { self.init(name, Data(text.utf8), words) }

        /// The sound file with one text replaced.
        init(_ name: String, _ old: String, with new: String, _ words: String) {
            precondition(MalformedFiles.sound.contains(old), old)
            self.init(name, MalformedFiles.sound.replacingOccurrences(of: old, with: new), words)
        }
    }

    static let sound = """
        {
          "name": "x", "method": "grid", "seed": 1,
          "dataset": {"name": "synthetic"},
          "parameters": {
            "learning_rate": {"values": [0.1, 0.01]},
            "hidden_size": {"value": 8},
            "iterations": {"value": 10}
          }
        }
        """

    static let all: [Example] = [
        Example("empty", "", "empty"),
        Example("white space", " \n\t ", "empty"),
        Example("not an object", "[1, 2]", "object"),
        Example("a scalar", "17", "object"),
        Example("null", "null", "object"),
        Example("truncated", String(sound.prefix(100)), ":"),
        Example("invalid UTF-8", Data([0x7b, 0xff, 0xfe, 0x7d]), "UTF-8"),
        Example("NUL bytes", Data([0x7b, 0, 0, 0x7d]), "control character"),
        Example("10,000 deep", String(repeating: "[", count: 10_000), "deep"),
        Example("10 MB", Data(repeating: 0x20, count: 10 << 20), "MiB"),
        Example("unknown key", "\"seed\"", with: "\"sed\"", "seed"),
        Example("unknown parameter", "learning_rate", with: "learning_rat", "learning_rate"),
        Example("duplicate key", "\"seed\": 1,", with: "\"seed\": 1, \"seed\": 2,", "seed"),
        Example("method of another kind", "\"grid\"", with: "\"gird\"", "grid"),
        Example("method as a number", "\"grid\"", with: "7", "method"),
        Example("no parameters", "\"parameters\"", with: "\"dataset2\"", "parameters"),
        Example("no data set", "\"dataset\": {\"name\": \"synthetic\"},", with: "", "dataset"),
        Example("unknown data set", "synthetic", with: "imagenet", "imagenet"),
        Example("negative size", "{\"value\": 8}", with: "{\"value\": -8}", "hidden_size"),
        Example("size of zero", "{\"value\": 8}", with: "{\"value\": 0}", "hidden_size"),
        Example("huge size", "{\"value\": 8}", with: "{\"value\": 1e18}", "hidden_size"),
        Example("fraction as a size", "{\"value\": 8}", with: "{\"value\": 8.5}", "hidden_size"),
        Example("text as a size", "{\"value\": 8}", with: "{\"value\": \"8\"}", "hidden_size"),
        Example("NaN", "0.01]", with: "NaN]", "learning_rate"),
        Example("infinity", "0.01]", with: "Infinity]", "learning_rate"),
        Example("1e400", "0.01]", with: "1e400]", "learning_rate"),
        Example("negative rate", "0.01]", with: "-0.01]", "learning_rate"),
        Example("null as a value", "0.01]", with: "null]", "learning_rate"),
        Example("object as a value", "0.01]", with: "{}]", "learning_rate"),
        Example("no values", "[0.1, 0.01]", with: "[]", "learning_rate"),
        Example("value and values", "{\"value\": 8}", with: "{\"value\": 8, \"values\": [8]}", "hidden_size"),
        Example("bare number as a parameter", "{\"value\": 8}", with: "8", "hidden_size"),
        Example(
            "grid over a range", "{\"values\": [0.1, 0.01]}", with: "{\"min\": 0.1, \"max\": 1.5}", "learning_rate"),
        Example("bounds upside down", "{\"value\": 8}", with: "{\"min\": 9, \"max\": 3}", "hidden_size"),
        Example(
            "exponents of another program", "{\"values\": [0.1, 0.01]}",
            with: "{\"distribution\": \"log_uniform\", \"min\": -5, \"max\": -1}", "log_uniform_values"),
        Example("random without a number of draws", "\"grid\"", with: "\"random\"", "run_cap"),
        Example(
            "10^9 grid points", "{\"value\": 8}",
            with: "{\"min\": 1, \"max\": 1000}, \"batch_size\": {\"min\": 1, \"max\": 1000000}", "100000"),
        Example(
            "path that leaves the folder", "\"synthetic\"", with: "\"npz\", \"path\": \"../../etc/passwd\"", "path"),
        Example("absolute path", "\"synthetic\"", with: "\"npz\", \"path\": \"/etc/passwd\"", "path"),
        Example("YAML anchor", "name: &a x\nmethod: *a\n", "anchors"),
        Example("seed over 2^53", "\"seed\": 1", with: "\"seed\": 9007199254740993", "seed"),
        Example("trailing text", "}\n}", with: "}\n} x", ":"),
    ]
}
