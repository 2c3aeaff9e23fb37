/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.message;

import java.util.ArrayList;
import java.util.List;

/** Shows all forms of a draft. */
public final class DraftForms {

    private DraftForms() {}

    /** The forms, from the largest to the smallest. */
    public static List<Draft> of(Draft draft) {
        List<Draft> forms = new ArrayList<>();
        for (Draft form = draft; form != null; form = form.smaller()) {
            forms.add(form);
        }
        return forms;
    }
}
