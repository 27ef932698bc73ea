extension TrainingParameter {
    /// Seeds survive JSON numbers, which are doubles for many readers.
    static let maximumSeed = (1 << 53) - 1

    /// Every training parameter, in the order of the docs.
    public static let all: [TrainingParameter] = [
        TrainingParameter("hidden_size", .integer(1...65_536), default: nil, "Units of the hidden layer."),
        TrainingParameter(
            "learning_rate", .number(.above(0, through: 1e6)), default: nil, "Step size at the start of the training."),
        TrainingParameter(
            "learning_rate_decay", .number(.above(0, through: 1)), default: "0.95",
            "Factor on the rate after each epoch; used by the schedule epoch_decay only."),
        TrainingParameter(
            "reg", .number(.closed(0, 1e6)), default: "0", "Strength of the L2 penalty 0.5·reg·(ΣW1² + ΣW2²)."),
        TrainingParameter(
            "batch_size", .integer(1...65_536), default: "200", "Images a minibatch, drawn with replacement."),
        TrainingParameter(
            "iterations", .integer(1...100_000_000), default: "as epochs says",
            "Minibatch steps of the training; set this or epochs, not both."),
        TrainingParameter(
            "epochs", .number(.above(0, through: 1e6)), default: "10",
            "Length in passes over the training images; may be a fraction."),
        TrainingParameter(
            "momentum", .number(.from(0, below: 1)), default: "0; 0.9 for nesterov",
            "Share of the last step that is kept; above 0 it turns sgd into classical momentum. Not used by adam."),
        TrainingParameter("optimizer", .word(["sgd", "nesterov", "adam"]), default: "sgd", "Rule of the update."),
        TrainingParameter(
            "schedule", .word(["epoch_decay", "cosine", "constant"]), default: "epoch_decay",
            "How the rate falls over the training."),
        TrainingParameter(
            "warmup_epochs", .number(.closed(0, 1e6)), default: "0",
            "Epochs in which the rate rises linearly to what the schedule says; may be a fraction."),
        TrainingParameter(
            "clip_norm", .number(.closed(0, 1e6)), default: "0",
            "Largest norm of a minibatch's gradient; a longer one is scaled down to it. 0 for no limit."),
        TrainingParameter(
            "averaging", .word(["none", "ema", "tail"]), default: "none",
            "Evaluate and keep the weights themselves, their exponential average, or their mean over the last iterations."
        ),
        TrainingParameter(
            "ema_decay", .number(.from(0, below: 1)), default: "0.999",
            "Share of the average that is left after an iteration; used by the averaging ema only."),
        TrainingParameter(
            "tail_share", .number(.above(0, through: 1)), default: "0.25",
            "Last share of the iterations; used by the averaging tail only."),
        TrainingParameter(
            "patience", .integer(0...1_000_000), default: "0",
            "Epochs without a better value of the sweep's metric after which the training ends; 0 for never."),
        TrainingParameter(
            "weight_scale", .numberOrWord(.above(0, through: 100), "he"), default: "0.0001",
            "Standard deviation of the first weights, or he for √(2 / inputs of the layer)."),
        TrainingParameter(
            "dropout", .number(.from(0, below: 1)), default: "0", "Share of hidden units left out of each step."),
        TrainingParameter(
            "input_dropout", .number(.from(0, below: 1)), default: "0",
            "Share of inputs left out of each step, to the nearest 1/65536; float32 only."),
        TrainingParameter(
            "label_smoothing", .number(.from(0, below: 1)), default: "0",
            "Share of the target spread evenly over all classes."),
        TrainingParameter(
            "preprocess", .word(["mean", "standardize", "contrast+pca"]), default: "mean",
            "Subtract the mean training image, or also divide by its standard deviation; contrast+pca normalizes each "
                + "image's contrast and whitens."),
        TrainingParameter(
            "precision", .word(["float32", "bf16"]), default: "float32",
            "What the first layer's products are computed in; bf16 takes images of bytes, and half the time on a processor "
                + "that is fast at it."),
        TrainingParameter(
            "seed", .integer(0...maximumSeed), default: "from the sweep's seed and the index",
            "Seed of the trial's random streams."),
        TrainingParameter(
            "pca_components", .integer(0...4096), default: "300",
            "Inputs that contrast+pca keeps of each group of features."),
        TrainingParameter(
            "pca_epsilon", .number(.closed(0, 1)), default: "0.01",
            "What contrast+pca adds to each variance, as a share of the largest."),
        TrainingParameter("flip", .flag, default: "false", "Train on mirror images too."),
        TrainingParameter(
            "shift", .integer(0...4), default: "0", "Train on images moved by up to so many pixels each way too."),
        TrainingParameter(
            "features", .word(Hyperparameters.Features.allCases.map(\.rawValue)), default: "pixels",
            "What is computed of an image: its pixels, histograms of gradients, colours in a 4×4 grid."),
        TrainingParameter(
            "hog_components", .integer(0...4096), default: "as pca_components",
            "Inputs that contrast+pca keeps of the histograms of gradients."),
        TrainingParameter(
            "hog_epsilon", .number(.closed(0, 1)), default: "as pca_epsilon",
            "pca_epsilon of the histograms of gradients."),
        TrainingParameter(
            "store", .word(["float32", "byte"]), default: "byte with bf16, else float32",
            "What computed inputs are kept as: byte takes a quarter of the memory."),
    ]

    /// Words that people know from elsewhere, with ours.
    static let otherNames = [
        "lr": "learning_rate", "hidden": "hidden_size", "hidden_units": "hidden_size", "hidden_dim": "hidden_size",
        "batch": "batch_size", "minibatch_size": "batch_size", "regularization": "reg", "weight_decay": "reg",
        "l2": "reg",
        "num_iters": "iterations", "steps": "iterations", "num_epochs": "epochs", "decay": "learning_rate_decay",
        "lr_decay": "learning_rate_decay", "gamma": "learning_rate_decay", "std": "weight_scale",
        "init_scale": "weight_scale", "dropout_rate": "dropout", "random_seed": "seed", "dtype": "precision",
        "amp": "precision", "visible_dropout": "input_dropout", "warmup": "warmup_epochs",
        "grad_clip": "clip_norm", "max_grad_norm": "clip_norm", "clip_grad_norm": "clip_norm", "ema": "averaging",
        "swa": "averaging", "early_stopping": "patience", "early_stopping_patience": "patience",
    ]

    /// What to write instead of a name that is not known.
    static func hint(for name: String) -> String {
        if let ours = otherNames[name] { return "here it is called \"\(ours)\"" }
        return SourceCursor.hint(for: name, known: all.map(\.name))
    }
}
