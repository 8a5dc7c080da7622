/* The corners of the dual, found as they are needed.
 *
 * A corner comes with the offers that are in use there and the resources that are scarce, equally
 * many. For a demand it is the best corner if these offers alone meet the scarce resources' demand
 * exactly, none of them less than zero times, and give enough of the others: a product with a
 * matrix of at most 4 by 4. Numbers are scaled so that 1 is the most an offer has of a resource,
 * the dearest offer's price, and the demand for the resource that is asked for most.
 */
#include "sim/replay/lower_bound.h"

#include <glpk.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/memory.h"

enum { RESOURCES = FG_BOUND_RESOURCES };
static const double slack = 1e-9;   /* of a demand of 1 */
static const double largest = 9e18; /* that a value can be */

struct corner {
    int count;                            /* offers in use, and scarce resources */
    int scarce[RESOURCES];                /* resources */
    uint32_t offer[RESOURCES];            /* numbers */
    double inverse[RESOURCES][RESOURCES]; /* by offer, then scarce resource */
    struct fg_bound_point point;
};

struct fg_lower_bound {
    uint32_t offer_count;
    struct fg_bound_offer *offers; /* pruned */
    double most[RESOURCES];        /* that an offer holds; 0 = none has any */
    double dearest;
    int row[RESOURCES]; /* of GLPK's problem; 0 = none */
    glp_prob *problem;  /* NULL until it is needed */
    uint32_t corner_count, corner_capacity;
    struct corner *corners;
    uint32_t solutions;
};

struct fg_lower_bound *fg_lower_bound_new(const struct fg_bound_offer *offers, uint32_t count)
{
    struct fg_lower_bound *bound = fg_allocate(1, sizeof *bound);
    bound->offers = fg_allocate(count, sizeof *bound->offers);
    if (count > 0)
        memcpy(bound->offers, offers, count * sizeof *offers);
    bound->offer_count = fg_bound_prune(bound->offers, count);
    for (uint32_t i = 0; i < bound->offer_count; i++) {
        const struct fg_bound_offer *offer = &bound->offers[i];
        bound->dearest = fmax(bound->dearest, (double)offer->per_hour);
        for (int r = 0; r < RESOURCES; r++)
            bound->most[r] = fmax(bound->most[r], (double)offer->holds.of[r]);
    }
    return bound;
}

void fg_lower_bound_free(struct fg_lower_bound *bound)
{
    if (bound == NULL)
        return;
    if (bound->problem != NULL) {
        glp_delete_prob(bound->problem);
        glp_free_env(); /* each thread has one */
    }
    free(bound->corners);
    free(bound->offers);
    free(bound);
}

uint32_t fg_lower_bound_solutions(const struct fg_lower_bound *bound)
{
    return bound->solutions;
}

/* ---- scaled figures ---- */

static double held(const struct fg_lower_bound *bound, uint32_t offer, int resource)
{
    return (double)bound->offers[offer].holds.of[resource] / bound->most[resource];
}

static double price(const struct fg_lower_bound *bound, uint32_t offer)
{
    return (double)bound->offers[offer].per_hour / bound->dearest;
}

/* False: nothing is asked for that an offer has. */
static bool scale_demand(const struct fg_lower_bound *bound, const struct fg_bound_amounts *demand,
                         double out[RESOURCES])
{
    double most = 0;
    for (int r = 0; r < RESOURCES; r++) {
        out[r] = bound->most[r] > 0 ? (double)demand->of[r] / bound->most[r] : 0;
        most = fmax(most, out[r]);
    }
    for (int r = 0; r < RESOURCES && most > 0; r++)
        out[r] /= most;
    return most > 0;
}

/* ---- corners ---- */

static bool is_scarce(const struct corner *corner, int resource)
{
    for (int i = 0; i < corner->count; i++)
        if (corner->scarce[i] == resource)
            return true;
    return false;
}

static bool is_best(const struct fg_lower_bound *bound, const struct corner *corner,
                    const double demand[RESOURCES])
{
    double nodes[RESOURCES];
    for (int k = 0; k < corner->count; k++) {
        nodes[k] = 0;
        for (int i = 0; i < corner->count; i++)
            nodes[k] += corner->inverse[k][i] * demand[corner->scarce[i]];
        if (nodes[k] < -slack)
            return false;
    }
    for (int r = 0; r < RESOURCES; r++) {
        double given = 0;
        if (bound->most[r] <= 0 || is_scarce(corner, r))
            continue;
        for (int k = 0; k < corner->count; k++)
            given += held(bound, corner->offer[k], r) * nodes[k];
        if (given < demand[r] - slack)
            return false;
    }
    return true;
}

static void swap_rows(double a[2 * RESOURCES], double b[2 * RESOURCES])
{
    for (int i = 0; i < 2 * RESOURCES; i++) {
        double kept = a[i];
        a[i] = b[i];
        b[i] = kept;
    }
}

/* Gauss and Jordan's elimination with the largest pivot of each column. `work` holds the matrix
 * and beside it, from column RESOURCES on, the unit matrix that becomes the inverse. */
static bool invert(double work[RESOURCES][2 * RESOURCES], int count)
{
    for (int step = 0; step < count; step++) {
        int pivot = step;
        for (int i = step + 1; i < count; i++)
            if (fabs(work[i][step]) > fabs(work[pivot][step]))
                pivot = i;
        if (fabs(work[pivot][step]) < 1e-12)
            return false;
        swap_rows(work[pivot], work[step]);
        double by = work[step][step];
        for (int c = 0; c < 2 * RESOURCES; c++)
            work[step][c] /= by;
        for (int i = 0; i < count; i++) {
            double times = work[i][step];
            for (int c = 0; i != step && c < 2 * RESOURCES; c++)
                work[i][c] -= times * work[step][c];
        }
    }
    return true;
}

/* The inverse of what the offers in use hold of the scarce resources. */
static bool fill_inverse(const struct fg_lower_bound *bound, struct corner *corner)
{
    double work[RESOURCES][2 * RESOURCES] = {{0}};
    for (int i = 0; i < corner->count; i++) {
        for (int k = 0; k < corner->count; k++)
            work[i][k] = held(bound, corner->offer[k], corner->scarce[i]);
        work[i][RESOURCES + i] = 1;
    }
    if (!invert(work, corner->count))
        return false;
    for (int k = 0; k < corner->count; k++)
        for (int i = 0; i < corner->count; i++)
            corner->inverse[k][i] = work[k][RESOURCES + i];
    return true;
}

/* The values at which the offers in use are worth their price; whole steps, made sound. */
static void fill_point(const struct fg_lower_bound *bound, struct corner *corner)
{
    for (int i = 0; i < corner->count; i++) {
        double value = 0;
        for (int k = 0; k < corner->count; k++)
            value += price(bound, corner->offer[k]) * corner->inverse[k][i];
        value *= bound->dearest / bound->most[corner->scarce[i]];
        corner->point.value[corner->scarce[i]] = llround(fmin(value * FG_BOUND_STEPS, largest));
    }
    fg_bound_point_lower(&corner->point, bound->offers, bound->offer_count);
}

/* ---- GLPK ---- */

static void put_column(struct fg_lower_bound *bound, uint32_t offer, int column)
{
    int rows[RESOURCES + 1], count = 0; /* GLPK counts from 1 */
    double amounts[RESOURCES + 1];
    for (int r = 0; r < RESOURCES; r++) {
        if (bound->row[r] == 0 || bound->offers[offer].holds.of[r] == 0)
            continue;
        rows[++count] = bound->row[r];
        amounts[count] = held(bound, offer, r);
    }
    glp_set_col_bnds(bound->problem, column, GLP_LO, 0, 0);
    glp_set_obj_coef(bound->problem, column, price(bound, offer));
    glp_set_mat_col(bound->problem, column, count, rows, amounts);
}

static void open_problem(struct fg_lower_bound *bound)
{
    glp_term_out(GLP_OFF);
    bound->problem = glp_create_prob();
    glp_set_obj_dir(bound->problem, GLP_MIN);
    for (int r = 0; r < RESOURCES; r++)
        if (bound->most[r] > 0)
            bound->row[r] = glp_add_rows(bound->problem, 1);
    int first = glp_add_cols(bound->problem, (int)bound->offer_count);
    for (uint32_t i = 0; i < bound->offer_count; i++)
        put_column(bound, i, first + (int)i);
    glp_std_basis(bound->problem);
}

static bool solve(struct fg_lower_bound *bound, const double demand[RESOURCES])
{
    glp_smcp settings;
    if (bound->problem == NULL)
        open_problem(bound);
    for (int r = 0; r < RESOURCES; r++)
        if (bound->row[r] != 0)
            glp_set_row_bnds(bound->problem, bound->row[r], GLP_LO, demand[r], 0);
    glp_init_smcp(&settings);
    settings.msg_lev = GLP_MSG_OFF;
    settings.meth = GLP_DUALP; /* the last basis is still sound for the dual */
    settings.tol_bnd = settings.tol_dj = slack;
    bound->solutions++;
    return glp_simplex(bound->problem, &settings) == 0 && glp_get_status(bound->problem) == GLP_OPT;
}

/* Of the basis of the last solution. */
static bool read_corner(const struct fg_lower_bound *bound, struct corner *corner)
{
    int scarce = 0, in_use = 0;
    for (int r = 0; r < RESOURCES; r++)
        if (bound->row[r] != 0 && glp_get_row_stat(bound->problem, bound->row[r]) != GLP_BS)
            corner->scarce[scarce++] = r;
    for (uint32_t i = 0; i < bound->offer_count && in_use < RESOURCES; i++)
        if (glp_get_col_stat(bound->problem, 1 + (int)i) == GLP_BS)
            corner->offer[in_use++] = i;
    corner->count = in_use;
    return scarce == in_use && fill_inverse(bound, corner);
}

static void add_corner(struct fg_lower_bound *bound, const double demand[RESOURCES])
{
    struct corner corner = {0};
    if (!solve(bound, demand) || !read_corner(bound, &corner))
        return; /* the corners there are bound it too */
    fill_point(bound, &corner);
    bound->corners = fg_grow(bound->corners, &bound->corner_capacity, bound->corner_count + 1,
                             sizeof *bound->corners);
    bound->corners[bound->corner_count++] = corner;
}

fg_bound_value fg_lower_bound_of(struct fg_lower_bound *bound,
                                 const struct fg_bound_amounts *demand)
{
    double scaled[RESOURCES];
    bool is_known = !scale_demand(bound, demand, scaled);
    for (uint32_t i = 0; i < bound->corner_count && !is_known; i++)
        is_known = is_best(bound, &bound->corners[i], scaled);
    if (!is_known)
        add_corner(bound, scaled);
    fg_bound_value best = 0;
    for (uint32_t i = 0; i < bound->corner_count; i++) {
        fg_bound_value worth = fg_bound_worth(&bound->corners[i].point, demand);
        best = worth > best ? worth : best;
    }
    return best;
}
