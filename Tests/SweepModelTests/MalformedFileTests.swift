import Testing

@testable import SweepModel

/// A file that is refused, with what the refusal must say.
struct Malformed: CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let pointer: String
    let fragment: String
    var place: (line: Int, column: Int)?

    var testDescription: String { name }

    init(_ name: String, _ text: String, _ pointer: String, _ fragment: String, at place: (Int, Int)? = nil) {
        self.init(name, bytes: Array(text.utf8), pointer, fragment, at: place)
    }

    init(_ name: String, bytes: [UInt8], _ pointer: String, _ fragment: String, at place: (Int, Int)? = nil) {
        (self.name, self.bytes, self.pointer, self.fragment) = (name, bytes, pointer, fragment)
        self.place = place.map { (line: $0.0, column: $0.1) }
    }

    /// Malformed in one parameter of an otherwise good grid.
    static func parameter(_ name: String, _ text: String, _ pointer: String, _ fragment: String) -> Malformed {
        Malformed(
            name, Fixture.text(#""learning_rate": {"value": 1}, "hidden_size": {"value": 8}, "# + text),
            "/parameters" + pointer, fragment)
    }

    /// Malformed in one member at the top.
    static func top(_ name: String, _ text: String, _ pointer: String, _ fragment: String) -> Malformed {
        Malformed(
            name, Fixture.text(#""learning_rate": {"value": 1}, "hidden_size": {"value": 8}"#, top: text), pointer,
            fragment)
    }

    static func dataset(_ text: String, _ pointer: String, _ fragment: String) -> Malformed {
        Malformed(
            "dataset \(text)",
            #"{"name": "n", "method": "grid", "dataset": \#(text), "parameters": "#
                + #"{"learning_rate": {"value": 1}, "hidden_size": {"value": 8}}}"#, pointer, fragment)
    }
}

@Suite struct MalformedFileTests {
    static let texts: [Malformed] = [
        Malformed("an empty file", "", "", "is empty"),
        Malformed("white space", " \n\t\n", "", "is empty"),
        Malformed("a comment only", "# nothing\n", "", "is empty"),
        Malformed("a list", "[1, 2]", "", "a list stands where the sweep belongs", at: (1, 1)),
        Malformed("a number", "12", "", "12 stands where the sweep belongs"),
        Malformed("invalid UTF-8", bytes: [0x7B, 0x0A, 0x22, 0xC3, 0x28, 0x22, 0x7D], "", "not UTF-8", at: (2, 2)),
        Malformed("UTF-16", bytes: [0xFF, 0xFE, 0x7B, 0x00], "", "not UTF-8"),
        Malformed("a NUL", bytes: Array("{\"a\u{0}\": 1}".utf8), "", "U+0000", at: (1, 4)),
        Malformed("an escape character", "{\"a\": \"\u{1B}\"}", "", "U+001B"),
        Malformed("10 MB", bytes: [UInt8](repeating: 0x20, count: 10 << 20), "", "at most 4194304"),
        Malformed("no closing brace", "{\"name\": \"n\"", "", "not JSON or YAML"),
        Malformed("no comma", "{\"name\": \"n\" \"method\": \"grid\"}", "", "not JSON or YAML"),
        Malformed("an open string", "{\"name\": \"n", "", "not JSON or YAML"),
        Malformed("a tab as indentation", "name: n\ndataset:\n\tname: x\n", "", "spaces, not tabs", at: (3, 1)),
        Malformed("two documents", "a: 1\n---\nb: 2\n", "", "one sweep a file", at: (2, 1)),
        Malformed("10,000 lists", String(repeating: "[", count: 10_000), "", "nested more than 64", at: (1, 65)),
        Malformed("10,000 objects", String(repeating: "{\"a\":", count: 10_000), "", "nested more than 64"),
        Malformed("10,000 dashes", String(repeating: "- ", count: 10_000) + "1", "", "nested too deep"),
        Malformed(
            "100 dashes", String(repeating: "- ", count: 100) + "1", String(repeating: "/0", count: 64), "nested"),
        Malformed(
            "1,000 indentations", (0..<1000).map { String(repeating: " ", count: $0) + "a:\n" }.joined(), "", "nested"),
        Malformed(
            "brackets behind a quote that opens nothing", "a: x\n  'b\nc: " + String(repeating: "[", count: 5000), "",
            "nested more than 64"),
        Malformed(
            "300,000 values", "[" + String(repeating: "1,", count: 300_000) + "1]", "", "more than 200000 values"),
        Malformed("an anchor", "name: &a n\nmethod: grid\n", "/name", "anchors", at: (1, 7)),
        Malformed("an alias", "name: *a\n", "", "aliases"),
        Malformed("many aliases", "a: &a x\nb: [" + String(repeating: "*a, ", count: 20) + "]", "", "aliases"),
        Malformed("a tag", "name: !!int 3\n", "/name", "tags", at: (1, 7)),
        Malformed("a merge key", "<<: {name: n}\n", "/<<", "unknown key \"<<\""),
        Malformed("a list as key", "? [a, b]\n: 1\n", "", "a key is a word"),
        Malformed(
            "a duplicate key", "{\"name\": \"n\",\n \"dataset\": {\"name\": \"x\", \"name\": \"y\"}}", "/dataset/name",
            "written twice", at: (2, 27)),
        Malformed(
            "a duplicate parameter", Fixture.text(#""reg": {"value": 1}, "reg": {"value": 2}"#), "/parameters/reg",
            "written twice"),
        Malformed("a pointer with slashes", "{\"a/b~c\": 1}", "/a~1b~0c", "unknown key", at: (1, 2)),
    ]

    static let tops: [Malformed] = [
        .top("an unknown key", #""run_caps": 3"#, "/run_caps", "did you mean \"run_cap\"?"),
        .top("camel case", #""maxParallel": 3"#, "/maxParallel", "did you mean \"max_parallel\"?"),
        .top("a far key", #""zzzzzz": 3"#, "/zzzzzz", "known here are"),
        .top("a parameter at the top", #""momentum": {"value": 0}"#, "/momentum", "belongs under \"parameters\""),
        .top("run_cap 0", #""run_cap": 0"#, "/run_cap", "a whole number from 1 to 100000"),
        .top("run_cap -1", #""run_cap": -1"#, "/run_cap", "out of range"),
        .top("run_cap 1.5", #""run_cap": 1.5"#, "/run_cap", "not a whole number"),
        .top("a quoted number", #""run_cap": "12""#, "/run_cap", "leave the quotes out"),
        .top("a huge run_cap", #""run_cap": 99999999999999999999"#, "/run_cap", "out of range"),
        .top("hexadecimal", #""seed": 0x10"#, "/seed", "is not a number"),
        .top("underscores", #""seed": 1_000"#, "/seed", "is not a number"),
        .top("octal", #""seed": 010"#, "/seed", "is not a number"),
        .top("a plus sign", #""seed": +1"#, "/seed", "is not a number"),
        .top("a tilde", #""seed": ~"#, "/seed", "is not a number"),
        .top("a negative seed", #""seed": -1"#, "/seed", "out of range"),
        .top("a seed of 2^53", #""seed": 9007199254740992"#, "/seed", "9007199254740991"),
        .top("a word for keep", #""keep": "bset""#, "/keep", "did you mean \"best\"?"),
        .top("a number for keep", #""keep": 3"#, "/keep", "write one of them"),
        .top("a word for order", #""order": "sideways""#, "/order", "\"breadth\", \"depth\""),
        .top("train_accuracy", #""train_accuracy": true"#, "/train_accuracy", "\"sample\", \"full\""),
        .top("a priority", #""priority": 1001"#, "/priority", "from -1000 to 1000"),
        .top("max_parallel", #""max_parallel": 0"#, "/max_parallel", "out of range"),
        .top("a budget of 0", #""time_budget_s": 0"#, "/time_budget_s", "0 < x"),
        .top("a budget of no epochs", #""epoch_budget": 0"#, "/epoch_budget", "0 < x"),
        .top("no progress over no trial", #""no_progress": 0"#, "/no_progress", "out of range"),
        .top("no progress over half a trial", #""no_progress": 2.5"#, "/no_progress", "whole"),
        .top("a misspelt budget", #""epochs_budget": 3"#, "/epochs_budget", "epoch_budget"),
        .top("a budget beyond doubles", #""time_budget_s": 1e400"#, "/time_budget_s", "too large for a number"),
        .top("retries", #""max_retries": -1"#, "/max_retries", "out of range"),
        .top("failures", #""max_consecutive_failures": 0"#, "/max_consecutive_failures", "out of range"),
        .top("no rule", #""early_terminate": true"#, "/early_terminate", "or false"),
        .top("no type", #""early_terminate": {"eta": 3}"#, "/early_terminate", "\"type\" is missing"),
        .top("another rule", #""early_terminate": {"type": "hyperbund"}"#, "/early_terminate/type", "\"hyperband\"?"),
        .top("sha", #""early_terminate": {"type": "sha"}"#, "/early_terminate/type", "\"successive_halving\""),
        .top("none", #""early_terminate": {"type": "none", "eta": 3}"#, "/early_terminate/type", "write \"early"),
        .top("eta 1", #""early_terminate": {"type": "asha", "eta": 1}"#, "/early_terminate/eta", "out of range"),
        .top(
            "min_iter 0", #""early_terminate": {"type": "asha", "min_iter": 0}"#, "/early_terminate/min_iter", "from 1"),
        .top(
            "half an epoch", #""early_terminate": {"type": "asha", "min_epochs": 0.5}"#, "/early_terminate/min_epochs",
            "not a whole number"),
        .top(
            "twins", #""early_terminate": {"type": "asha", "min_iter": 1, "min_epochs": 1}"#,
            "/early_terminate/min_epochs", "say the same"),
        .top(
            "no rung between", #""early_terminate": {"type": "asha", "min_iter": 9, "max_iter": 9}"#,
            "/early_terminate/max_iter", "no rung"),
        .top("s alone", #""early_terminate": {"type": "asha", "s": 2}"#, "/early_terminate/s", "add one of them"),
        .top(
            "median's eta", #""early_terminate": {"type": "median", "eta": 3}"#, "/early_terminate/eta",
            "which takes asynchronous, startup_trials, warmup, interval"),
        .top(
            "asha's warmup", #""early_terminate": {"type": "asha", "warmup": 3}"#, "/early_terminate/warmup",
            "does not go with asha"),
        .top(
            "Optuna's word", #""early_terminate": {"type": "asha", "min_resource": 3}"#,
            "/early_terminate/min_resource", "\"min_iter\""),
        .top(
            "strict", #""early_terminate": {"type": "asha", "strict": true}"#, "/early_terminate/strict", "leave it out"
        ),
        .top(
            "asynchronous 1", #""early_terminate": {"type": "asha", "asynchronous": 1}"#,
            "/early_terminate/asynchronous", "neither true nor false"),
        .top(
            "hyperband of one epoch", #""early_terminate": {"type": "hyperband", "max_iter": 2}"#, "/early_terminate",
            "no rung lies"),
        .top(
            "hyperband's cohort", #""early_terminate": {"type": "hyperband"}, "cohort": 4"#, "/cohort",
            "are its cohorts"),
        .top("cohort", #""cohort": 0"#, "/cohort", "out of range"),
        .top("replicates", #""replicates": 0"#, "/replicates", "out of range"),
        .top("metric as text", #""metric": "val_accuracy""#, "/metric", "an object belongs"),
        .top("an unknown metric", #""metric": {"name": "val_acc"}"#, "/metric/name", "\"val_accuracy\""),
        .top("a wrong goal", #""metric": {"goal": "minimize"}"#, "/metric/goal", "write \"maximize\""),
        .top("a target in percent", #""metric": {"target": 54}"#, "/metric/target", "0 ≤ x ≤ 1"),
        .top("enqueue as object", #""enqueue": {}"#, "/enqueue", "is not a list"),
        .top("enqueue of numbers", #""enqueue": [3]"#, "/enqueue/0", "an object belongs"),
        .top("enqueue unknown", #""enqueue": [{"lr": 3}]"#, "/enqueue/0/lr", "it is called \"learning_rate\""),
        .top("enqueue range", #""enqueue": [{}, {"reg": -3}]"#, "/enqueue/1/reg", "out of range"),
        .top("enqueue as spec", #""enqueue": [{"reg": {"value": 3}}]"#, "/enqueue/0/reg", "bare values"),
        .top("a name again", #""priority": 1, "priority": 2"#, "/priority", "written twice"),
        .dataset("3", "/dataset", "an object belongs"),
        .dataset("{}", "/dataset", "no name"),
        .dataset(#"{"name": "CIFAR 10"}"#, "/dataset/name", "lower-case"),
        .dataset(#"{"name": "mnist", "train": -5}"#, "/dataset/train", "out of range"),
        .dataset(#"{"name": "mnist", "test": "many"}"#, "/dataset/test", "is not a number"),
        .dataset(#"{"name": "mnist", "vaildation": 5}"#, "/dataset/vaildation", "did you mean \"validation\"?"),
        .dataset(#"{"name": "mnist", "classes": 5}"#, "/dataset/classes", "synthetic data only"),
        .dataset(#"{"name": "mnist", "path": ""}"#, "/dataset/path", "is empty"),
    ]

    static let parameters: [Malformed] = [
        .parameter("a bare value", #""reg": 0.1"#, "/reg", "write {\"value\": 0.1}"),
        .parameter("a bare list", #""reg": [0.1, 1]"#, "/reg", "write {\"values\": [0.1, 1]}"),
        .parameter("lr", #""lr": {"value": 1}"#, "/lr", "it is called \"learning_rate\""),
        .parameter("a typing slip", #""batch_szie": {"value": 1}"#, "/batch_szie", "did you mean \"batch_size\"?"),
        .parameter("a top key", #""run_cap": {"value": 1}"#, "/run_cap", "belongs at the top"),
        .parameter("no values", #""reg": {"values": []}"#, "/reg/values", "is empty"),
        .parameter("values no list", #""reg": {"values": 3}"#, "/reg/values", "is not a list"),
        .parameter("an element", #""reg": {"values": [0, "x", 1]}"#, "/reg/values/1", "\"x\" is not a number"),
        .parameter("NaN", #""reg": {"values": [0, NaN]}"#, "/reg/values/1", "is not a number"),
        .parameter(".nan", #""reg": {"value": .nan}"#, "/reg/value", "is not a number"),
        .parameter(".inf", #""reg": {"value": .inf}"#, "/reg/value", "is not a number"),
        .parameter("-Infinity", #""reg": {"value": -Infinity}"#, "/reg/value", "is not a number"),
        .parameter("1e400", #""reg": {"value": 1e400}"#, "/reg/value", "too large for a number"),
        .parameter("true", #""reg": {"value": true}"#, "/reg/value", "true is not a number"),
        .parameter("no", #""flip": {"value": no}"#, "/flip/value", "neither true nor false"),
        .parameter("a negative size", #""batch_size": {"value": -200}"#, "/batch_size/value", "out of range"),
        .parameter("a size of 0", #""batch_size": {"value": 0}"#, "/batch_size/value", "out of range"),
        .parameter("half an image", #""batch_size": {"value": 0.5}"#, "/batch_size/value", "not a whole number"),
        .parameter("a huge size", #""batch_size": {"value": 65537}"#, "/batch_size/value", "65536"),
        .parameter("iterations", #""iterations": {"value": 100000001}"#, "/iterations/value", "100000000"),
        .parameter("dropout 1", #""dropout": {"value": 1}"#, "/dropout/value", "0 ≤ x < 1"),
        .parameter("decay 0", #""learning_rate_decay": {"value": 0}"#, "/learning_rate_decay/value", "0 < x ≤ 1"),
        .parameter("value and values", #""reg": {"value": 1, "values": [1]}"#, "/reg/values", "keep one of them"),
        .parameter("value and min", #""reg": {"value": 1, "min": 1}"#, "/reg/min", "does not go with \"value\""),
        .parameter("neither", #""reg": {}"#, "/reg", "write \"value\", \"values\""),
        .parameter("only min", #""reg": {"min": 1}"#, "/reg", "\"max\""),
        .parameter(
            "when nothing", #""flip": {"value": true}, "reg": {"value": 1, "when": {}}"#, "/reg/when",
            "\"when\" is empty"),
        .parameter("when a list", #""reg": {"value": 1, "when": [1]}"#, "/reg/when", "write {\"optimizer\""),
        .parameter("when itself", #""reg": {"value": 1, "when": {"reg": 1}}"#, "/reg/when/reg", "depend on itself"),
        .parameter(
            "when a later one", #""reg": {"value": 1, "when": {"flip": true}}, "flip": {"values": [true, false]}"#,
            "/reg/when/flip", "not among the parameters before reg"),
        .parameter(
            "when a typo", #""reg": {"value": 1, "when": {"momentun": 1}}"#, "/reg/when/momentun", "\"momentum\""),
        .parameter(
            "when a wrong word", #""optimizer": {"value": "sgd"}, "reg": {"value": 1, "when": {"optimizer": "adm"}}"#,
            "/reg/when/optimizer", "did you mean \"adam\""),
        .parameter(
            "when no value", #""flip": {"value": true}, "reg": {"value": 1, "when": {"flip": []}}"#, "/reg/when/flip",
            "the list is empty"),
        .parameter(
            "if", #""reg": {"value": 1, "if": {"flip": true}}"#, "/reg/if", "write \"when\""),
        Malformed(
            "when for a required one",
            Fixture.text(
                #""flip": {"value": true}, "hidden_size": {"value": 1}, "#
                    + #""learning_rate": {"value": 1, "when": {"flip": true}}"#),
            "/parameters/learning_rate/when", "every configuration needs learning_rate"),
        Malformed(
            "when a continuous one",
            Fixture.text(
                #""hidden_size": {"value": 1}, "learning_rate": {"min": 0.1, "max": 1.0}, "#
                    + #""reg": {"value": 1, "when": {"learning_rate": 0.1}}"#, top: #""run_cap": 3"#, method: "random"),
            "/parameters/reg/when/learning_rate", "listed values"),
        .parameter(
            "when too many",
            #""flip": {"value": true}, "reg": {"value": 1, "when": {"flip": ["#
                + String(repeating: "true, ", count: 1000) + "true]}}", "/reg/when/flip", "at most 1000"),
        .parameter("nesting", #""reg": {"parameters": {}}"#, "/reg/parameters", "not nested"),
        .parameter("a grid of floats", #""reg": {"min": 0.0, "max": 1.0}"#, "/reg", "a grid cannot"),
        .parameter("both lengths", #""iterations": {"value": 1}, "epochs": {"value": 1}"#, "", "keep one"),
        .parameter("optimizer", #""optimizer": {"value": "rmsprop"}"#, "/optimizer/value", "\"adam\""),
        .parameter("momentum", #""optimizer": {"value": "momentum"}"#, "/optimizer/value", "set momentum"),
        .parameter("a word's bounds", #""optimizer": {"min": 1, "max": 2}"#, "/optimizer", "takes no distribution"),
        .parameter("contrast", #""preprocess": {"value": "contrast+zca"}"#, "/preprocess/value", "\"contrast+pca\""),
        .parameter("precision", #""precision": {"value": "fp16"}"#, "/precision/value", "\"float32\", \"bf16\""),
        .parameter("BF16", #""precision": {"values": ["BF16"]}"#, "/precision/values/0", "did you mean \"bf16\""),
        .parameter("a width", #""precision": {"value": 32}"#, "/precision/value", "\"float32\", \"bf16\""),
        .parameter("input_dropout", #""input_dropout": {"value": 1}"#, "/input_dropout/value", "0 ≤ x < 1"),
        .parameter(
            "input_dropout in bf16",
            #""input_dropout": {"values": [0, 0.1]}, "precision": {"values": ["float32", "bf16"]}"#, "",
            "does not go with bf16"),
        .parameter("warm-up", #""warmup_epochs": {"value": -1}"#, "/warmup_epochs/value", "0 ≤ x"),
        .parameter("warmup", #""warmup": {"value": 1}"#, "/warmup", "here it is called \"warmup_epochs\""),
        .parameter("clip_norm", #""clip_norm": {"value": -1}"#, "/clip_norm/value", "0 ≤ x"),
        .parameter("averaging", #""averaging": {"value": "emma"}"#, "/averaging/value", "did you mean \"ema\""),
        .parameter("ema_decay", #""ema_decay": {"value": 1}"#, "/ema_decay/value", "0 ≤ x < 1"),
        .parameter("tail_share", #""tail_share": {"value": 0}"#, "/tail_share/value", "0 < x ≤ 1"),
        .parameter("patience", #""patience": {"value": 2.5}"#, "/patience/value", "not a whole number"),
        .parameter("flip", #""flip": {"values": [false, "yes"]}"#, "/flip/values/1", "neither true nor false"),
        .parameter("shift", #""shift": {"min": 0, "max": 5}"#, "/shift/max", "from 0 to 4"),
        .parameter("pca", #""pca_components": {"value": 4097}"#, "/pca_components/value", "4096"),
        .parameter("epsilon", #""pca_epsilon": {"value": -1}"#, "/pca_epsilon/value", "0 ≤ x ≤ 1"),
        .parameter("features", #""features": {"value": "hog+pixels"}"#, "/features/value", "\"pixels+hog\""),
        .parameter("hog", #""hog_components": {"value": 0.5}"#, "/hog_components/value", "not a whole number"),
        .parameter("store", #""store": {"value": "bytes"}"#, "/store/value", "did you mean \"byte\""),
        .parameter("joined", #""features": {"value": "pixels+hog"}"#, "", "write preprocess \"standardize\""),
        .parameter(
            "no components", #""preprocess": {"value": "contrast+pca"}, "pca_components": {"values": [0, 9]}"#, "",
            "take 0 out"),
        .parameter(
            "floats in bf16",
            #""features": {"value": "hog"}, "store": {"value": "float32"}, "precision": {"value": "bf16"}"#, "",
            "take float32 out of store"),
        .parameter("weight_scale", #""weight_scale": {"value": "xavier"}"#, "/weight_scale/value", "\"he\""),
        .parameter("quoted", #""weight_scale": {"value": "1e-4"}"#, "/weight_scale/value", "leave the quotes out"),
        .parameter(
            "nesterov without momentum", #""optimizer": {"value": "nesterov"}, "momentum": {"values": [0, 0.9]}"#, "",
            "momentum above 0"),
        .parameter(
            "nesterov with a multiple of 0",
            #""optimizer": {"value": "nesterov"}, "momentum": {"min": 0, "max": 0.5, "q": 0.1}"#, "", "momentum above 0"
        ),
        Malformed(
            "no parameters", #"{"name": "n", "method": "grid", "dataset": {"name": "x"}}"#, "", "\"parameters\" is"),
        Malformed("no rate", Fixture.text(#""hidden_size": {"value": 1}"#), "/parameters", "learning_rate is missing"),
        Malformed("no size", Fixture.text(#""learning_rate": {"value": 1}"#), "/parameters", "hidden_size is missing"),
        Malformed(
            "10^9 points",
            Fixture.text(
                ["learning_rate", "reg", "momentum", "dropout", "label_smoothing"].map {
                    "\"\($0)\": {\"values\": [\((1...40).map { "0.\($0)" }.joined(separator: ","))]}"
                }.joined(separator: ", ") + #", "hidden_size": {"min": 1, "max": 10}"#), "/parameters",
            "points; at most 100000 trials"),
        Malformed(
            "10^19 points",
            Fixture.text(
                #""learning_rate": {"value": 1}, "hidden_size": {"min": 1, "max": 65536}, "#
                    + #""seed": {"min": 0, "max": 9007199254740991}"#), "/parameters", "more than 10^18 points"),
        Malformed(
            "conditions of which each may break", uncounted(top: ""), "/parameters", "too many parameters depend"),
        Malformed(
            "the same with a run_cap", uncounted(top: #""run_cap": 4096"#), "/parameters", "too many parameters depend"),
    ]

    /// Fourteen parameters with two values, and for each of them another one that depends on it: 2¹⁴ sets of conditions.
    private static func uncounted(top: String) -> String {
        let free = [
            #""hidden_size": {"values": [8, 16]}"#, #""learning_rate": {"values": [0.1, 0.2]}"#,
            #""reg": {"values": [0.1, 0.2]}"#, #""batch_size": {"values": [10, 20]}"#,
            #""learning_rate_decay": {"values": [0.8, 0.9]}"#, #""dropout": {"values": [0.1, 0.2]}"#,
            #""label_smoothing": {"values": [0.1, 0.2]}"#, #""weight_scale": {"values": [0.1, 0.2]}"#,
            #""momentum": {"values": [0.8, 0.9]}"#, #""warmup_epochs": {"values": [1, 2]}"#,
            #""clip_norm": {"values": [1, 2]}"#, #""patience": {"values": [3, 4]}"#, #""seed": {"values": [3, 4]}"#,
            #""shift": {"values": [0, 1]}"#,
        ]
        let bound = [
            #""optimizer": {"value": "sgd", "when": {"reg": 0.1}}"#,
            #""schedule": {"value": "cosine", "when": {"batch_size": 10}}"#,
            #""preprocess": {"value": "mean", "when": {"learning_rate_decay": 0.8}}"#,
            #""precision": {"value": "float32", "when": {"dropout": 0.1}}"#,
            #""averaging": {"value": "ema", "when": {"label_smoothing": 0.1}}"#,
            #""ema_decay": {"value": 0.9, "when": {"weight_scale": 0.1}}"#,
            #""tail_share": {"value": 0.5, "when": {"momentum": 0.8}}"#,
            #""flip": {"value": true, "when": {"warmup_epochs": 1}}"#,
            #""store": {"value": "byte", "when": {"clip_norm": 1}}"#,
            #""features": {"value": "pixels", "when": {"patience": 3}}"#,
            #""hog_components": {"value": 5, "when": {"seed": 3}}"#,
            #""pca_epsilon": {"value": 0.1, "when": {"hidden_size": 8}}"#,
            #""hog_epsilon": {"value": 0.1, "when": {"learning_rate": 0.1}}"#,
            #""pca_components": {"value": 5, "when": {"shift": 0}}"#,
        ]
        return Fixture.text((free + bound).joined(separator: ", "), top: top)
    }

    static let distributions: [Malformed] = [
        (
            "log_uniform", #"{"distribution": "log_uniform", "min": 0.1, "max": 1}"#, "/distribution",
            "exponents elsewhere"
        ),
        (
            "q_log_uniform", #"{"distribution": "q_log_uniform", "min": 1, "max": 2, "q": 1}"#, "/distribution",
            "_values\""
        ),
        ("categorical", #"{"distribution": "categorical"}"#, "/distribution", "leave \"distribution\" out"),
        ("unknown", #"{"distribution": "unifrom", "min": 0, "max": 1}"#, "/distribution", "did you mean \"uniform\"?"),
        ("number", #"{"distribution": 3, "min": 0, "max": 1}"#, "/distribution", "is not one of"),
        ("no q", #"{"distribution": "q_uniform", "min": 0, "max": 1}"#, "", "needs \"q\""),
        ("no bounds", #"{"distribution": "uniform"}"#, "", "\"min\" and \"max\""),
        ("q too many", #"{"distribution": "uniform", "min": 0, "max": 1, "q": 1}"#, "/q", "does not go with uniform"),
        ("q 0", #"{"distribution": "q_uniform", "min": 0, "max": 1, "q": 0}"#, "/q", "0 < x"),
        ("q tiny", #"{"distribution": "q_uniform", "min": 0, "max": 1, "q": 1e-300}"#, "/q", "far too many"),
        ("q large", #"{"distribution": "q_uniform", "min": 0.1, "max": 0.2, "q": 1}"#, "/q", "no multiple"),
        ("swapped", #"{"min": 1, "max": 0}"#, "/min", "swap them"),
        ("log of 0", #"{"distribution": "log_uniform_values", "min": 0, "max": 1}"#, "/min", "no logarithm"),
        ("negative", #"{"min": -1.0, "max": 1}"#, "/min", "out of range"),
        ("int of half", #"{"distribution": "int_uniform", "min": 0.5, "max": 1}"#, "/min", "takes whole bounds"),
        ("sigma 0", #"{"distribution": "normal", "mu": 0, "sigma": 0}"#, "/sigma", "0 < x"),
        ("mu", #"{"distribution": "normal", "mu": -1, "sigma": 1}"#, "/mu", "out of range"),
        ("normal bounds", #"{"distribution": "normal", "min": 0, "max": 1}"#, "/min", "takes mu, sigma"),
    ].map { (name: String, text: String, pointer: String, fragment: String) in
        Malformed(
            name,
            Fixture.text(
                #""learning_rate": {"value": 1}, "hidden_size": {"value": 8}, "reg": "# + text, top: #""run_cap": 3"#,
                method: "random"), "/parameters/reg" + pointer, fragment)
    }

    static let searches = [
        (
            "hyperband of unknown length", #""iterations": {"value": 90}"#,
            #""early_terminate": {"type": "hyperband"}"#,
            "/early_terminate", "\"max_iter\""
        ),
        (
            "hyperband of many lengths", #""epochs": {"values": [3, 9]}"#, #""early_terminate": {"type": "hyperband"}"#,
            "/early_terminate", "\"max_iter\""
        ),
        ("too many replicates", "", #""replicates": 1000"#, "/replicates", "at most 100000 are accepted"),
        (
            "replicates of one seed", #""seed": {"value": 1}"#, #""replicates": 2"#, "/replicates",
            "leave one of them out"
        ),
    ].map { (name: String, parameters: String, top: String, pointer: String, fragment: String) in
        Malformed(
            name,
            Fixture.text(
                #""learning_rate": {"value": 1}, "hidden_size": {"value": 8}"#
                    + (parameters.isEmpty ? "" : ", " + parameters), top: #""run_cap": 300, "# + top, method: "random"),
            pointer, fragment)
    }

    @Test(arguments: texts + tops + parameters + distributions + searches)
    func eachGetsItsSentence(file: Malformed) throws {
        let error = try #require(throws: SweepFileError.self) { try SweepSpec(parsing: file.bytes) }
        let issue = try #require(
            error.issues.first { $0.detail.contains(file.fragment) }, "\(error.message)")
        #expect(issue.pointer == file.pointer, "\(error.message)")
        if let place = file.place {
            #expect(issue.line == place.line && issue.column == place.column, "\(error.message)")
        }
    }

    @Test func severalFindingsComeTogetherInTheOrderOfTheFile() throws {
        let text = """
            {"name": 3,
             "method": "grd",
             "dataset": {"name": "mnist", "train": 0},
             "prio": 3,
             "parameters": {"learning_rate": {"values": [1, "a", -2]},
                            "hiden_size": {"value": 8}}}
            """
        let error = try #require(throws: SweepFileError.self) { try SweepSpec(parsing: text) }
        #expect(
            error.issues.map(\.pointer) == [
                "/name", "/method", "/dataset/train", "/prio", "/parameters", "/parameters/learning_rate/values/1",
                "/parameters/learning_rate/values/2", "/parameters/hiden_size",
            ])
        #expect(error.issues[0].description == "line 1, column 10, /name: 3 is not text; write it in quotes")
    }

    @Test func findingsBeyondTwentyAreCounted() throws {
        let keys = (0..<50).map { "\"zzzz\($0)\": 1" }.joined(separator: ", ")
        let error = try #require(throws: SweepFileError.self) { try SweepSpec(parsing: "{\(keys)}") }
        #expect(error.issues.count == 21)
        #expect(error.issues.last?.detail.hasPrefix("34 more findings") == true)
    }

    @Test func onlySizeHasACodeOfItsOwn() throws {
        let large = try #require(throws: SweepFileError.self) {
            try SweepSpec(parsing: [UInt8](repeating: 0x20, count: SweepSpec.maximumFileBytes + 1))
        }
        #expect(large.code == .tooLarge)
        let empty = try #require(throws: SweepFileError.self) { try SweepSpec(parsing: "") }
        #expect(empty.code == .invalid)
    }

    @Test(arguments: [("synthetik", "did you mean \"synthetic\"?"), ("imagenet", "take one of mnist, synthetic")])
    func aDataSetMustBeOneOfThoseThatThereAre(name: String, remedy: String) throws {
        let text = Fixture.text(#""learning_rate": {"value": 1}, "hidden_size": {"value": 8}"#)
        #expect(try SweepSpec(parsing: text, datasets: ["mnist", "synthetic"]).dataset.name == "synthetic")
        let file = text.replacing("synthetic", with: name)
        #expect(try SweepSpec(parsing: file).dataset.name == name)
        let error = try #require(throws: SweepFileError.self) {
            try SweepSpec(parsing: file, datasets: ["mnist", "synthetic"])
        }
        #expect(
            error.issues == [
                SweepFileIssue(
                    line: 1, column: 53, pointer: "/dataset/name", detail: "there is no data set \"\(name)\"; \(remedy)"
                )
            ])
    }

    @Test func aRandomSearchNeedsARunCap() throws {
        let error = try #require(throws: SweepFileError.self) {
            try Fixture.spec(#""learning_rate": {"value": 1}, "hidden_size": {"value": 8}"#, method: "random")
        }
        #expect(
            error.issues.map(\.detail) == [
                "a random search needs \"run_cap\", the number of its configurations; add it"
            ])
    }

    @Test func anEnqueuedConfigurationMustBeComplete() throws {
        let error = try #require(throws: SweepFileError.self) {
            try Fixture.spec(
                #""learning_rate": {"values": [1, 2]}, "hidden_size": {"value": 8}"#,
                top: #""enqueue": [{"hidden_size": 3}, {"learning_rate": 1, "optimizer": "nesterov", "momentum": 0}]"#)
        }
        #expect(error.issues.map(\.pointer) == ["/enqueue/0", "/enqueue/1"])
        #expect(error.issues[0].detail.contains("learning_rate is not set"))
        #expect(error.issues[1].detail.contains("nesterov needs a momentum"))
    }
}
